package detect

import (
	"encoding/binary"
	"fmt"
	"strings"

	"abri.example/abri"
)

// calleeIDs are the interfaces whose calls are known, as they stand in a message (DCE 1.1 RPC, C706, appendix A): each a
// name, and its UUID in lower case as the lookup wants it.
var calleeIDs = func() []callee {
	var all []callee
	for _, c := range []struct{ name, uuid string }{
		{"svcctl", "367abb81-9844-35f1-ad32-98f038001003"},
		{"atsvc", "1ff70682-0a51-30e8-076d-740be8cee98b"},
		{"tasks", "86d35949-83c9-4044-b424-db363231fd0c"},
		{"winreg", "338cd001-2244-31f1-aaaa-900038001003"},
		{"netlogon", "12345678-1234-abcd-ef00-01234567cffb"},
		{"spoolss", "12345678-1234-abcd-ef00-0123456789ab"},
		{"printers", "76f03f96-cdfd-44fc-a22c-64950a001209"},
		{"drsuapi", "e3514235-4b06-11d1-ab04-00c04fc2dcd2"},
		{"wmi", "9556dc99-828c-11cf-a37e-00aa003240c7"},
		{"dispatch", "00020400-0000-0000-c000-000000000046"},
		{"efsrpc", "c681d488-d850-11d0-8c52-00c04fd90f7e"},
		{"efsrpc", "df1941c5-fe89-4e79-bf10-463657acf44d"},
		{"dfsnm", "4fc742e0-4a10-11cf-8273-00aa004ae673"},
		{"dssetup", "3919286a-b10c-11d0-9ba8-00c04fd92ef5"},
		{"activation", "4d9f4ab8-7d1c-11cf-861e-0020af6e7c57"},
		{"activator", "000001a0-0000-0000-c000-000000000046"},
		{"lsarpc", "12345778-1234-abcd-ef00-0123456789ab"},
		{"eventlog", "82273fdc-e32a-18c3-3f78-827929dc23ea"},
		{"plugplay", "8d9f4e40-a03d-11ce-8f69-08003e30051b"},
		{"srvsvc", "4b324fc8-1670-01d3-1278-5a47bf6ee188"},
		{"mimikatz", "17fc11e9-c258-4b8d-8d07-2f4125156244"},
	} {
		all = append(all, callee{c.name, lowered(wire(c.uuid))})
	}
	return all
}()

type callee struct{ name, id string }

// wire is a UUID as 16 bytes: its first three parts little-endian.
func wire(uuid string) []byte {
	var a, b, c uint64
	var d, e uint64
	if _, err := fmt.Sscanf(uuid, "%08x-%04x-%04x-%04x-%012x", &a, &b, &c, &d, &e); err != nil {
		panic(err)
	}
	w := binary.LittleEndian.AppendUint32(nil, uint32(a))
	w = binary.LittleEndian.AppendUint16(w, uint16(b))
	w = binary.LittleEndian.AppendUint16(w, uint16(c))
	w = binary.BigEndian.AppendUint16(w, uint16(d))
	return append(w, byte(e>>40), byte(e>>32), byte(e>>24), byte(e>>16), byte(e>>8), byte(e))
}

func lowered(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		s.WriteByte(lower(c))
	}
	return s.String()
}

// call is a call to another machine that only an attacker, or a person at work on that machine, makes.
type call struct {
	callee string
	number uint16
}

// calls are those by which machines are taken over, from the protocol documents of Microsoft (MS-SCMR, MS-TSCH, MS-RRP,
// MS-RPRN, MS-PAR, MS-DRSR, MS-WMI, MS-LSAD, MS-EFSR, MS-EVEN, MS-DFSNM, MS-DSSP).
var calls = map[call]struct {
	kind abri.Kind
	sign string
}{
	{"svcctl", 12}:    {abri.LateralMovement, "service-made"},    // RCreateServiceW
	{"svcctl", 24}:    {abri.LateralMovement, "service-made"},    // RCreateServiceA
	{"svcctl", 44}:    {abri.LateralMovement, "service-made"},    // RCreateServiceWOW64A
	{"svcctl", 45}:    {abri.LateralMovement, "service-made"},    // RCreateServiceWOW64W
	{"svcctl", 60}:    {abri.LateralMovement, "service-made"},    // RCreateWowService
	{"svcctl", 11}:    {abri.LateralMovement, "service-changed"}, // RChangeServiceConfigW
	{"svcctl", 23}:    {abri.LateralMovement, "service-changed"}, // RChangeServiceConfigA
	{"atsvc", 0}:      {abri.LateralMovement, "task-planned"},    // NetrJobAdd
	{"tasks", 1}:      {abri.LateralMovement, "task-planned"},    // SchRpcRegisterTask
	{"winreg", 20}:    {abri.LateralMovement, "registry-saved"},
	{"winreg", 31}:    {abri.LateralMovement, "registry-saved"},
	{"lsarpc", 43}:    {abri.LateralMovement, "secret-read"},  // LsarRetrievePrivateData
	{"wmi", 14}:       {abri.LateralMovement, "wmi-instance"}, // PutInstance: a subscription that runs something
	{"wmi", 15}:       {abri.LateralMovement, "wmi-instance"},
	{"wmi", 24}:       {abri.LateralMovement, "wmi-method"}, // ExecMethod
	{"wmi", 25}:       {abri.LateralMovement, "wmi-method"},
	{"dispatch", 6}:   {abri.LateralMovement, "dcom-invoke"},
	{"drsuapi", 3}:    {abri.LateralMovement, "directory-copied"}, // DRSGetNCChanges: DCSync
	{"spoolss", 89}:   {abri.Exploit, "printnightmare"},           // RpcAddPrinterDriverEx
	{"printers", 39}:  {abri.Exploit, "printnightmare"},           // RpcAsyncAddPrinterDriver
	{"efsrpc", 0}:     {abri.Exploit, "petitpotam"},
	{"efsrpc", 4}:     {abri.Exploit, "petitpotam"},
	{"efsrpc", 5}:     {abri.Exploit, "petitpotam"},
	{"efsrpc", 6}:     {abri.Exploit, "petitpotam"},
	{"efsrpc", 7}:     {abri.Exploit, "petitpotam"},
	{"efsrpc", 12}:    {abri.Exploit, "petitpotam"},
	{"efsrpc", 13}:    {abri.Exploit, "petitpotam"},
	{"efsrpc", 15}:    {abri.Exploit, "petitpotam"},
	{"eventlog", 9}:   {abri.Exploit, "cheeseounce"},              // ElfrOpenBELW: a log is opened at a path of the caller's
	{"eventlog", 0}:   {abri.LateralMovement, "log-cleared"},      // ElfrClearELFW
	{"drsuapi", 5}:    {abri.LateralMovement, "directory-joined"}, // DRSReplicaAdd: DCShadow
	{"mimikatz", 0}:   {abri.LateralMovement, "mimikatz"},         // its own interface, as its author published it
	{"srvsvc", 74}:    {abri.Exploit, "cve-2022-30216"},           // a call of certificates, which no client makes
	{"dfsnm", 12}:     {abri.Exploit, "dfscoerce"},
	{"dfsnm", 13}:     {abri.Exploit, "dfscoerce"},
	{"activation", 0}: {abri.Exploit, "ms03-026"}, // RemoteActivation, the hole of Blaster; no Windows since 2003 calls it
	{"plugplay", 54}:  {abri.Exploit, "ms05-039"}, // PNP_QueryResConfList, the hole of Zotob
	{"dssetup", 9}:    {abri.Exploit, "ms04-011"}, // DsRolerUpgradeDownlevelServer, the hole of Sasser
}
