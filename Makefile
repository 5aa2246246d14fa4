# Abri. `make demo` shows it, `make test` proves it; both install what they lack. `make help` lists the rest.

SHELL := /bin/bash
GO ?= go
DEMO_SECONDS ?= 0
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo development)
BUILD := CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w -X abri.example/abri/box/console.Version=$(VERSION) -X abri.example/abri/observatory/console.Version=$(VERSION)"

.PHONY: help setup setup-test build package demo test stories lint generate bench score score-live score-mail-telephone week bench-feed bench-names bench-telephone bench-gate bench-flood bench-observatory siege kernels conformance fuzz clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 30

setup: ## what building and showing lack is installed, and said (the other targets do it by themselves)
	@ci/setup run

setup-test: ## what testing lacks as well (clang-14, a browser, PostgreSQL…)
	@ci/setup test

build: ## bin/abri and bin/abri-observatory, a static program each
	@mkdir -p bin
	$(BUILD) -o bin/abri ./cmd/abri
	$(BUILD) -o bin/abri-observatory ./cmd/abri-observatory

package: build ## bin/abri_VERSION_ARCH.deb, for Debian 12 and later
	@packaging/build bin/abri $(VERSION) bin

demo: ## the box, an Internet with attackers and a town hall, on this machine (DEMO_SECONDS=20: ends by itself; DEMO_FLAGS='-listen 127.0.0.1:8081': another page)
	@ci/demo $(DEMO_SECONDS) $(DEMO_FLAGS)

test: setup-test build ## every test; what needs root, a tool or other data is skipped without, and said at the end
	$(GO) vet ./...
	@ci/test

stories: setup-test build ## one test for each sentence that the people this is for were told
	$(GO) test -v -run '^TestStory' ./stories

lint: setup-test ## gofmt, vet, staticcheck, generated code rebuilt and compared, the borders of the house
	@ci/lint

generate: setup-test ## the kernel programs and the example configuration, from their sources
	$(GO) generate ./...

bench: setup-test build ## the measured figures, each with its yardstick of the same run
	$(GO) run ./testnet/bench -abri bin/abri

bench-feed: setup-test build ## the lists: each parser beside grep, all of them to the gate's form, memory of a million of each in a running box
	$(GO) run ./feed/reach $${ABRI_SHARED:-../shared}
	$(GO) run ./testnet/bench -abri bin/abri -only names

bench-telephone: setup-test ## messages of SIP a second on one core, and what the box adds to the way of SIP and RTP (2 min)
	$(GO) test -run '^$$$$' -bench . -cpu 1 ./telephone/...
	ABRI_FIGURES=1 $(GO) test -count=1 -v -run FiguresDelay ./stories

bench-gate: setup-test ## the gate's figures, each beside its yardstick of the same run (5 min; best on a quiet machine)
	ABRI_FIGURES=1 $(GO) test -count=1 -timeout 30m -v -run '^TestFigures' ./gate

bench-flood: setup-test build ## what a packet of a flood costs the kernel, then a town hall flooded in every way, behind nothing, nftables and Abri in turn (16 min; apt: hping3 netsniff-ng slowhttptest nftables)
	ABRI_FIGURES=1 $(GO) test -count=1 -timeout 10m -v -run '^TestFigures(Flood|Forged)$$' ./gate
	$(GO) run ./testnet/denial -abri bin/abri -within 13m20s

siege: setup-test ## each process of the box killed and stopped SIEGE (100) times under a million honest packets (1 h)
	ABRI_SIEGE=$${SIEGE:-100} $(GO) test -count=1 -timeout 3h -v -run '^TestSiege$$' ./faults

bench-observatory: setup-test build ## how far an observatory reaches, on SQLite and on PostgreSQL (20 min, 15 GB; ABRI_REACH=short: 3 min; ABRI_REACH_KEEP=FOLDER keeps what lies under the pages)
	$(GO) run ./observatory/reach

bench-names: setup-test ## names: a question beside a million of them, the kernel beside its model of two million, TLS and QUIC, memory under 10 million half hellos, and the verdict against the answer from 5 ms and 1 ms away (15 min)
	ABRI_FIGURES=1 $(GO) test -count=1 -timeout 30m -v -run '^TestFiguresNames' ./gate
	ABRI_MODEL_NAMES=2000000 ABRI_MODEL_PACKETS=200000 $(GO) test -count=1 -timeout 30m -v -run '^TestManyNamesModel' ./gate
	$(GO) test -run '^$$$$' -bench . -benchmem -cpu 1 ./names ./names/tls ./names/quic ./names/dns ./names/http
	ABRI_HALF_OPEN=10000000 $(GO) test -count=1 -timeout 30m -v -run HalfOpen ./box/pipeline
	ABRI_RACE=1 $(GO) test -count=1 -timeout 30m -v -run '^TestRace' ./race

kernels: setup-test ## the gate's tests on the oldest kernel that is promised (Debian 12's 6.1, under qemu)
	@ci/kernels

conformance: ## names and fingerprints held against FoxIO's and Arkime's captures; docs/conformance.md has each difference
	$(GO) run ./testnet/conformance

score: build ## replays the labelled captures and says what share of attacks is seen, and how many false alarms there are
	@shared=$${ABRI_SHARED:-../shared}; if [ -d $$shared/captures ]; then python3 $$shared/score.py bin/abri $$shared/captures -v; \
	else echo "the labelled captures are not here ($$shared/captures): nothing to score"; fi

week: ## weeks of a town hall that nobody attacks, past a box whose every rule acts: how many false alarms, and who is stopped; three in memory, and one through a real gate (10 min)
	$(GO) run ./testnet/week
	$(GO) run ./testnet/week -live -days 7

score-mail-telephone: build ## real mail and telephone servers attacked and used: recall, and false alarms (10 minutes; apt: dovecot-imapd dovecot-pop3d dovecot-managesieved postfix hydra kamailio sipvicious sipsak sip-tester)
	$(GO) run ./testnet/score

score-live: build ## sends the labelled captures through a real gate: a link must show the attacks that a replay shows (10 min)
	@shared=$${ABRI_SHARED:-../shared}; if [ -d $$shared/captures ]; then find $$shared/captures -name '*pcap*' | sort | xargs $(GO) run ./testnet/live/score; \
	else echo "the labelled captures are not here ($$shared/captures): nothing to send"; fi

fuzz: ## every fuzz target for FUZZ_SECONDS (10)
	@ci/fuzz $${FUZZ_SECONDS:-10}

clean: ## what was built
	rm -rf bin
