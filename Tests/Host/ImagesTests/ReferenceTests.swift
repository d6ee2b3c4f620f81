import EngineModel
import Testing

@testable import Images

@Suite struct ReferenceTests {
  static let digest = "sha256:" + String(repeating: "0a", count: 32)

  @Test(arguments: [
    ("busybox", "docker.io/library/busybox", "busybox"),
    ("busybox:1.36", "docker.io/library/busybox:1.36", "busybox:1.36"),
    ("library/busybox", "docker.io/library/busybox", "busybox"),
    ("docker.io/busybox", "docker.io/library/busybox", "busybox"),
    ("index.docker.io/library/busybox", "docker.io/library/busybox", "busybox"),
    ("me/app:v1", "docker.io/me/app:v1", "me/app:v1"),
    ("me/a/b", "docker.io/me/a/b", "me/a/b"),
    ("localhost/app", "localhost/app", "localhost/app"),
    ("localhost:5000/app:v1", "localhost:5000/app:v1", "localhost:5000/app:v1"),
    ("example.com/app", "example.com/app", "example.com/app"),
    ("Registry/app", "Registry/app", "Registry/app"),
    ("[2001:db8::1]:5000/app", "[2001:db8::1]:5000/app", "[2001:db8::1]:5000/app"),
    ("a.b/c__d/e---f:T.x-y_z", "a.b/c__d/e---f:T.x-y_z", "a.b/c__d/e---f:T.x-y_z"),
    ("app@" + digest, "docker.io/library/app@" + digest, "app@" + digest),
    ("app:1@" + digest, "docker.io/library/app:1@" + digest, "app:1@" + digest),
    ("library/a/b", "docker.io/library/a/b", "library/a/b"),
    (
      String(repeating: "a", count: 200), "docker.io/library/" + String(repeating: "a", count: 200),
      String(repeating: "a", count: 200)
    ),
  ]) func namesAreReadInFull(text: String, full: String, familiar: String) throws {
    let reference = try ImageReference(text)
    #expect(reference.description == full)
    #expect(reference.familiar == familiar)
    #expect(try ImageReference(reference.description) == reference)
    #expect(try ImageReference(reference.familiar) == reference)
  }

  @Test(arguments: [
    "", ":", "/", "a:", ":a", "a/", "/a", "a//b", "-a", "a-", "a..b", "a___b", "_a", "a_", "a._b", "a b", "a\nb", "é",
    "a:b:c", "a:-b", "a:.b", "a:" + String(repeating: "t", count: 129), "a@", "a@sha256:", "a@sha256:0a",
    "a@md5:" + String(repeating: "0", count: 32), "a@" + digest + "@" + digest, "https://example.com/a",
    "-x.com/a", "x-.com/a", "x..com/a", "x.com:/a", "x.com:port/a", "../a", "a/../b", "a\0b", "[::1/a", "a:b/c",
    "sha256:" + String(repeating: "A", count: 64) + "/x",
  ]) func whatIsMalformedIsRefused(text: String) {
    let error = #expect(throws: EngineError.self) { try ImageReference(text) }
    #expect(error?.code == .invalidParameter)
    #expect(error?.message.hasPrefix("invalid reference format") == true)
  }

  @Test func refusalsSayWhy() {
    func message(_ text: String) -> String? {
      do {
        _ = try ImageReference(text)
        return nil
      } catch { return error.message }
    }
    #expect(message("App") == "invalid reference format: repository name (library/App) must be lowercase")
    #expect(message("x.com/App:1") == "invalid reference format: repository name (App) must be lowercase")
    #expect(
      message("x/" + String(repeating: "a", count: 256))
        == "invalid reference format: repository name must not be longer than 255 characters")
    let id = String(repeating: "ab", count: 32)
    #expect(message(id) == "invalid repository name (\(id)), cannot specify 64-byte hexadecimal strings")
  }

  @Test func aTagIsAddedOnlyWhereNothingIsNamed() throws {
    #expect(try ImageReference("a").withDefaultTag.tag == "latest")
    #expect(try ImageReference("a:1").withDefaultTag.tag == "1")
    #expect(try ImageReference("a@\(Self.digest)").withDefaultTag.tag == nil)
  }
}
