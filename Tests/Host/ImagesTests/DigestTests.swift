import EngineModel
import Testing

@testable import Images

@Suite struct DigestTests {
  @Test func aDigestIsThatOfTheBytes() {
    #expect(
      Digest.of(Array("abc".utf8)).description
        == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(Digest.of([]).hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test(arguments: ["", "sha256:", "sha256:abc", "sha512:" + String(repeating: "a", count: 64)])
  func whatIsNoDigestIsRefused(text: String) {
    #expect(Digest(text) == nil)
  }

  @Test func upperCaseIsNoDigest() {
    #expect(Digest("sha256:" + String(repeating: "A", count: 64)) == nil)
    #expect(Digest("sha256:" + String(repeating: "a", count: 64)) != nil)
  }

  @Test func aChainNamesALayerWithThoseBeneath() throws {
    let a = Digest.of([1])
    let b = Digest.of([2])
    let chain = Digest.chainIDs(of: [a, b])
    #expect(chain == [a, Digest.of(Array("\(a) \(b)".utf8))])
    #expect(Digest.chainIDs(of: [b, a]).last != chain.last)
  }
}
