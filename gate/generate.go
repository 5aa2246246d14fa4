package gate

//go:generate go tool bpf2go -go-package gate -cc clang-14 -strip llvm-strip-14 -target bpfel -cflags "-O2 -g -Wall -Werror -mcpu=v3 -I/usr/include/x86_64-linux-gnu -I/usr/include/aarch64-linux-gnu" -no-global-types -type reason -type flow_key -type half -type tally -type record -type generation -type switches -type ban_key -type narrow_key -type book_key -type line -type block -type net_key -type name_generation -type name_rule_key -type question_key -type question -type count -type wire_count -type pressure -type door -type siege -type pace -type bar kernel kernel/abri.bpf.c
