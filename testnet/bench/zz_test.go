package main
import ("testing";"os";"runtime/pprof";"context";"time";"runtime"
"abri.example/abri/box/replay"
"abri.example/abri/feed"
"strings"
"abri.example/abri"
)
func TestZ(t *testing.T){
 dir:="/tmp/abri-bench-dev"; os.MkdirAll(dir,0o755)
 for _,k:=range []string{"mixed","flood"}{
  if _,err:=os.Stat(dir+"/"+k+".pcap"); err!=nil{
   f:=mixed; if k=="flood"{f=flood}
   if err:=record(dir+"/"+k+".pcap",1_000_000,f);err!=nil{t.Fatal(err)}
  }
 }
 runtime.GOMAXPROCS(1)
 l,_:=feed.Parse(strings.NewReader(listed.String()+"\n"),feed.Info{Name:"l"})
 set:=feed.Merge([]*feed.List{l},nil)
 for _,k:=range []string{"mixed","flood"}{
  pf,_:=os.Create(dir+"/"+k+".prof"); pprof.StartCPUProfile(pf)
  for range 3{
  n:=0
  var m0,m1 runtime.MemStats; runtime.ReadMemStats(&m0)
  t0:=time.Now()
  s,err:=replay.Run(context.Background(),[]string{dir+"/"+k+".pcap"},replay.Options{Listings:set,Attack:func(abri.Attack){n++}})
  d:=time.Since(t0); runtime.ReadMemStats(&m1)
  t.Log(k,float64(s.Packets)/d.Seconds()/1e6,"Mpps",err,s,n,"allocs/pkt",float64(m1.Mallocs-m0.Mallocs)/1e6,"MB",(m1.TotalAlloc-m0.TotalAlloc)>>20)
  }
  pprof.StopCPUProfile(); pf.Close()
 }
}
