import CLinux
import Glibc
import JSON
import Kernel
import TestHosts
import Testing

@testable import Images

@Suite struct StepMountsTests {
  @Test func sourcesBelongToRoots() {
    let checker = StepMounts(storage: "/d/storage", work: "/d/work/a")
    let roots: [String: String?] = [
      "/d/storage/overlay/1/merged": "/d/storage/overlay/1/merged",
      "/d/storage/overlay/1/merged/a/b": "/d/storage/overlay/1/merged",
      "/d/storage/vfs/dir/1/a": "/d/storage/vfs/dir/1",
      "/d/storage/overlay-containers/1/userdata/hosts": "/d/storage/overlay-containers/1/userdata",
      "/d/work/a/context": "/d/work/a/context", "/d/work/a/context/x": "/d/work/a/context",
      "/d/work/a/tmp/buildah-cache-0/id": "/d/work/a/tmp/buildah-cache-0", "/d/work/a/run/x/hosts": "/d/work/a/run",
      "/d/storage": nil, "/d/storage/overlay": nil, "/d/storage/overlay/1": nil, "/d/storage/overlay/l/x": nil,
      "/d/storage/overlay-layers/layers.json": nil, "/d/work/a": nil, "/d/work/a/tmp": nil,
      "/d/work/a/seccomp.json": nil,
      "/d/work/b/context": nil, "/d/work/ab/context": nil, "/d/storage2/overlay/1/merged": nil, "/": nil, "/etc": nil,
      "/d/work/a/context/../../b": nil, "/d/storage/overlay/../merged/merged": nil, "relative": nil, "": nil,
    ]
    for (source, root) in roots { #expect(checker.root(of: source) == root, "\(source)") }
  }

  /// A bundle with one mount, on a folder with a stage and a file outside it.
  private func check(_ mount: String, _ prepare: (String) throws -> Void = { _ in }) async throws -> [String: String] {
    try await withScratchFolder { folder in
      let (storage, work) = ("\(folder)/storage", "\(folder)/work")
      for path in ["\(storage)/overlay/1/merged/inner", "\(work)/context", "\(work)/tmp/x", "\(folder)/outside"] {
        try makeDirectories(path)
      }
      try AtomicFile.write("\(folder)/outside/marker", Array("outside".utf8), isDurable: false)
      try AtomicFile.write("\(storage)/overlay/1/merged/inner/marker", Array("inside".utf8), isDurable: false)
      try prepare(folder)
      let text =
        "{\"ociVersion\":\"1.0.2\",\"big\":18446744073709551615,\"mounts\":[\(mount.replacing("FOLDER", with: folder))]}"
      try AtomicFile.write("\(work)/tmp/config.json", Array(text.utf8), isDurable: false)
      // The mounts stay in a namespace of their own.
      return try await onDedicatedThread("step-mounts") {
        try enterPrivateMounts()
        try StepMounts.main([storage, work, "create", "--bundle", "\(work)/tmp", "name"])
        let document = try JSONParser.parse(try AtomicFile.read("\(work)/tmp/config.json", limit: 1 << 20))
        #expect(document["big"] == .number("18446744073709551615"))
        guard case .array(let mounts)? = document["mounts"], case .string(let source)? = mounts.first?["source"] else {
          return [:]
        }
        return [
          "source": source, "marker": (try? readFile("\(source)/marker")) ?? "",
          "itself": (try? readFile(source)) ?? "",
        ]
      }
    }
  }

  @Test func linksAreResolvedInTheStage() async throws {
    let mount =
      #"{"type":"bind","destination":"/x","source":"FOLDER/storage/overlay/1/merged/link","options":["rbind"]}"#
    let inside = try await check(mount) { symlink("/inner", "\($0)/storage/overlay/1/merged/link") }
    #expect(inside["marker"] == "inside" && inside["source"]?.hasSuffix("/work/mounts/0") == true, "\(inside)")
    let file = try await check(mount) { symlink("../../../inner/marker", "\($0)/storage/overlay/1/merged/link") }
    #expect(file["itself"] == "inside", "\(file)")
    await #expect(throws: StepMounts.Refusal.self) {
      try await check(mount) { symlink("\($0)/outside", "\($0)/storage/overlay/1/merged/link") }
    }
    // A link of the builder's own folders leads nowhere, either.
    await #expect(throws: StepMounts.Refusal.self) {
      try await check(mount) { folder in
        rename("\(folder)/storage/overlay/1/merged", "\(folder)/storage/overlay/1/away")
        symlink("\(folder)/outside", "\(folder)/storage/overlay/1/merged")
      }
    }
  }

  @Test(arguments: [
    #"{"type":"bind","source":"FOLDER/outside","options":[]}"#,
    #"{"type":"none","source":"FOLDER/outside","options":["rbind"]}"#,
    #"{"type":"bind","source":"FOLDER/work/context/../../outside","options":["bind"]}"#,
    #"{"type":"bind","options":["bind"]}"#,
    #"{"type":"overlay","source":"overlay","options":["lowerdir=FOLDER/work/context:FOLDER/outside"]}"#,
    #"{"type":"ext4","source":"/dev/vda","options":[]}"#, #"{"type":"bind","source":"/etc","options":["ro"]}"#, "5",
  ])
  func otherSourcesAreRefused(_ mount: String) async {
    await #expect(throws: StepMounts.Refusal.self) { try await check(mount) }
  }

  @Test func harmlessMountsStay() async throws {
    #expect(
      try await check(#"{"type":"proc","destination":"/proc","source":"proc","options":["nosuid"]}"#)["source"]
        == "proc")
    _ = try await check(#"{"type":"overlay","source":"overlay","options":["lowerdir=FOLDER/work/context","x"]}"#)
  }
}

/// Gives this thread mounts of its own.
private func enterPrivateMounts() throws {
  try checked("unshare") { linux_unshare(linux_CLONE_NEWNS) }
  try Mounts.makePrivate("/", recursive: true)
}
