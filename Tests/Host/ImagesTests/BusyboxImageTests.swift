import EngineModel
import Glibc
import Kernel
import Testing

@testable import Images

/// The image that this project builds itself, without a registry.
@Suite struct BusyboxImageTests {
  @Test func itIsTheSameEachTimeAndItsProgramsRun() async throws {
    // The tests' folder may be a link to the project's.
    let file = try #require(realpath(#filePath, nil))
    defer { free(file) }
    let root = String(cString: file).split(separator: "/").dropLast(4).map { "/\($0)" }.joined()
    let script = try Tool("\(root)/Scripts/busybox-image")
    let archive = try await script.run([]).requireSuccess("busybox-image").stdout
    #expect(try await script.run([]).stdout == archive)
    try await withStore { store, _ in
      let image = try await store.import(.stream(Chunks(archive)), name: "busybox", changes: [#"CMD ["sh"]"#])
      let container = try await store.prepareRootFilesystem(.random(), image: image.id)
      let output = try await Tool("chroot").run(
        [container.merged, "/bin/sh", "-c", "id -un; stat -c %a /tmp; env >/dev/null && echo ok"])
      #expect(try output.requireSuccess("chroot").stdoutText == "root\n1777\nok\n")
    }
  }
}
