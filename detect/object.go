package detect

// objectIDs are the classes of objects that nobody makes on another machine but who wants to run something there by them:
// the desktop's windows, the console of administration, Internet Explorer and the programs of Office. A call to make one
// carries its UUID in clear, signed as it may be (MS-DCOM 2.2.22.2.1).
var objectIDs = func() []string {
	var all []string
	for _, uuid := range []string{
		"49b2791a-b1ae-4c90-9b8e-e860ba07f889", // MMC20.Application
		"9ba05972-f6a8-11cf-a442-00a0c90a8f39", // ShellWindows
		"c08afd90-f2a1-11d1-8455-00a0c91f3880", // ShellBrowserWindow
		"0002df01-0000-0000-c000-000000000046", // InternetExplorer.Application
		"00024500-0000-0000-c000-000000000046", // Excel.Application
		"000209ff-0000-0000-c000-000000000046", // Word.Application
		"91493441-5a91-11cf-8700-00aa0060263b", // PowerPoint.Application
		"0006f03a-0000-0000-c000-000000000046", // Outlook.Application
		"00021a20-0000-0000-c000-000000000046", // Visio.InvisibleApp
		"13709620-c279-11ce-a49e-444553540000", // Shell.Application
		"72c24dd5-d70a-438b-8a42-98424b88afb8", // WScript.Shell
	} {
		all = append(all, lowered(wire(uuid)))
	}
	return all
}()
