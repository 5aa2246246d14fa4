package abri

// Service is what an attack aims at.
type Service string

// The services, in the order the pages show them.
const (
	Mail         Service = "mail"
	TelephoneSvc Service = "telephone"
	Web          Service = "web"
	RemoteAccess Service = "remote-access"
	FileSharing  Service = "file-sharing"
	Database     Service = "database"
	DNS          Service = "dns"
	Camera       Service = "camera"
	Other        Service = "other"
)

// Services lists every service in the order the pages show them. Do not write to it.
var Services = []Service{Mail, TelephoneSvc, Web, RemoteAccess, FileSharing, Database, DNS, Camera, Other}

// ServiceOfPort names the service that customarily listens on a server's port (IANA registry, and the habits of the
// products named). A port in no row is Other; ICMP and other portless protocols pass 0 and are Other.
func ServiceOfPort(port uint16) Service {
	switch port {
	case 25, 465, 587, 2525, 110, 995, 143, 993, 4190: // SMTP, submission, POP3, IMAP, ManageSieve
		return Mail
	case 5060, 5061, 5062, 5080, 2000, 4569, 1720: // SIP, SCCP, IAX2, H.323
		return TelephoneSvc
	case 80, 443, 8000, 8008, 8080, 8081, 8443, 8888:
		return Web
	case 22, 23, 2222, 2323, 3389, 3390, 5900, 5901, 5938, 5985, 5986, 500, 4500, 1194, 1723, 1701, 51820: // SSH, Telnet, RDP, VNC, TeamViewer, WinRM, VPNs
		return RemoteAccess
	case 20, 21, 69, 111, 135, 137, 138, 139, 445, 548, 873, 989, 990, 2049: // FTP, TFTP, RPC, NetBIOS, SMB, AFP, rsync, NFS
		return FileSharing
	case 1433, 1434, 1521, 3306, 5432, 5984, 6379, 7000, 9042, 9200, 11211, 27017: // SQL Server, Oracle, MySQL, PostgreSQL, CouchDB, Redis, Cassandra, Elasticsearch, memcached, MongoDB
		return Database
	case 53, 853, 5353:
		return DNS
	case 554, 8554, 37777, 34567: // RTSP, Dahua, XMEye
		return Camera
	}
	return Other
}
