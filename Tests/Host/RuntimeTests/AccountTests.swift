import EngineModel
import Glibc
import Testing

@testable import Runtime

@Suite struct AccountTests {
  let files = AccountFiles(
    passwd:
      "root:x:0:0:root:/root:/bin/sh\n# no account\nalice:x:1000:100::/home/alice:/bin/sh\n77:x:5:6::/seven:\nbad:x:y:z::/:\n",
    group: "root:x:0:\nusers:x:100:\naudio:x:29:bob,alice\nvideo:x:44:alice\n")

  @Test(
    arguments: [
      ("", 0, 0, "/root", [0]), ("alice", 1000, 100, "/home/alice", [100, 29, 44]),
      ("1000", 1000, 100, "/home/alice", [100, 29, 44]), ("4242", 4242, 0, "/", [0]),
      ("alice:video", 1000, 44, "/home/alice", [44]), ("4242:29", 4242, 29, "/", [29]),
      ("4242:4343", 4242, 4343, "/", [4343]), ("77", 5, 6, "/seven", [6]), (":audio", 0, 29, "/root", [29]),
    ] as [(String, UInt32, UInt32, String, [UInt32])])
  func usersAreResolved(text: String, uid: UInt32, gid: UInt32, home: String, groups: [UInt32]) throws {
    #expect(try files.resolve(text) == ResolvedUser(uid: uid, gid: gid, home: home, groups: groups))
  }

  @Test func unknownOnesAreRefused() throws {
    for (text, message) in [
      ("carol", "unable to find user carol: no matching entries in passwd file"),
      ("alice:club", "unable to find group club: no matching entries in group file"),
      ("-1", "uids must be in range 0-2147483647"), ("0:99999999999", "gids must be in range 0-2147483647"),
    ] {
      let error = #expect(throws: EngineError.self) { try files.resolve(text) }
      #expect(error?.message == message)
    }
    #expect(try files.resolve("alice", additionalGroups: ["audio", "500"]).groups == [100, 29, 44, 500])
  }

  @Test func linksDoNotLeadOut() throws {
    let fixture = try RootfsFixture()
    let passwd = "\(fixture.rootfs)/etc/passwd"
    // A link to the host's file resolves inside, where it is the link itself: a loop, so no file.
    unlink(passwd)
    symlink("/etc/passwd", passwd)
    #expect(try AccountFiles.read(rootfs: fixture.rootfs).users.isEmpty)
    // A link to a file inside is followed.
    unlink(passwd)
    try SmallFile.write("\(fixture.rootfs)/tmp/pw", Array("dora:x:7:8::/d:/bin/sh\n".utf8))
    symlink("../../../../tmp/pw", passwd)
    #expect(try AccountFiles.read(rootfs: fixture.rootfs).users.map(\.name) == ["dora"])
    // Only regular files are read.
    unlink(passwd)
    mkfifo(passwd, 0o644)
    #expect(try AccountFiles.read(rootfs: fixture.rootfs).users.isEmpty)
    unlink(passwd)
    #expect(try AccountFiles.read(rootfs: fixture.rootfs).resolve("").uid == 0)
  }
}
