import EngineModel
import Testing

@testable import Images

/// Removal by reference and id, without a disk: what Docker's `rmi` does in the same state.
@Suite struct RemovalTests {
  private let container = ContainerID.random()

  private func image(_ number: UInt8) -> StoredImage {
    StoredImage(
      id: .of([number]), configuration: ImageConfiguration(), layers: [],
      manifest: OCIDescriptor(mediaType: OCIMediaType.manifest, digest: .of([number, 1]), size: 1))
  }

  private func records(_ references: [String], image number: UInt8 = 1) throws -> ImageRecords {
    var records = ImageRecords()
    records.add(image(number))
    for reference in references { records.assign(try ImageReference(reference), to: image(number).id) }
    return records
  }

  private func remove(
    _ text: String, from references: [String], isForced: Bool = false, running: Bool? = nil
  ) throws -> ImageRemovalPlan {
    let users = running.map { [DependentContainer(container: container, isRunning: $0)] } ?? []
    return try ImageRemovalPlan(text, from: try records(references), isForced: isForced) { _ in users }
  }

  private func conflict(
    _ text: String, from references: [String], isForced: Bool = false, running: Bool? = nil
  ) -> String? {
    let error = #expect(throws: EngineError.self) {
      try remove(text, from: references, isForced: isForced, running: running)
    }
    #expect(error?.code == .conflict)
    return error?.message
  }

  private var id: Digest { image(1).id }

  @Test func oneNameOfSeveralIsOnlyTakenAway() throws {
    for running in [nil, false, true] {
      let removal = try remove("a", from: ["a:latest", "b:1"], running: running)
      #expect(removal.effects == [.untagged("a:latest")])
      #expect(removal.removed == nil)
      #expect(removal.records.images[id]?.tags == ["b:1"])
    }
  }

  @Test func theLastNameTakesTheImageWithIt() throws {
    let removal = try remove("a", from: ["a:latest"])
    #expect(removal.effects == [.untagged("a:latest"), .deleted(id)])
    #expect(removal.removed?.id == id)
    #expect(removal.records == ImageRecords())
  }

  @Test func theLastNameOfAnImageInUseNeedsForce() throws {
    let expected =
      "conflict: unable to remove repository reference \"a\" (must force) - container \(container.short) "
      + "is using its referenced image \(id.short)"
    #expect(conflict("a", from: ["a:latest"], running: false) == expected)
    #expect(conflict("a", from: ["a:latest"], running: true) == expected)
    // Force removes the reference. A running container keeps the image, a stopped one does not.
    let running = try remove("a", from: ["a:latest"], isForced: true, running: true)
    #expect(running.effects == [.untagged("a:latest")])
    #expect(running.records.images[id]?.isDangling == true)
    let stopped = try remove("a", from: ["a:latest"], isForced: true, running: false)
    #expect(stopped.effects == [.untagged("a:latest"), .deleted(id)])
  }

  @Test func anIDTakesItsOneNameWithIt() throws {
    for text in [id.description, id.hex, id.short] {
      #expect(try remove(text, from: ["a:latest"]).effects == [.untagged("a:latest"), .deleted(id)])
    }
    #expect(try remove(id.short, from: []).effects == [.deleted(id)])
    #expect(
      try remove(id.short, from: ["a:1", "b:1"], isForced: true).effects == [
        .untagged("a:1"), .untagged("b:1"), .deleted(id),
      ])
  }

  @Test func anIDWithSeveralNamesNeedsForce() {
    #expect(
      conflict(id.short, from: ["a:1", "b:1"])
        == "conflict: unable to delete \(id.short) (must be forced) - image is referenced in multiple repositories")
  }

  @Test func anIDInUse() {
    #expect(
      conflict(id.short, from: ["a:1"], running: false)
        == "conflict: unable to delete \(id.short) (must be forced) - image is being used by stopped container "
        + container.short)
    for isForced in [false, true] {
      #expect(
        conflict(id.short, from: ["a:1"], isForced: isForced, running: true)
          == "conflict: unable to delete \(id.short) (cannot be forced) - image is being used by running container "
          + container.short)
    }
  }

  @Test func digestsOfARepositoryGoWithItsLastTag() throws {
    let digest = "a@\(Digest.of([9]))"
    #expect(try remove("a:1", from: ["a:1", digest]).effects == [.untagged("a:1"), .untagged(digest), .deleted(id)])
    #expect(try remove("a:1", from: ["a:1", "a:2", digest]).effects == [.untagged("a:1")])
    #expect(try remove(digest, from: ["a:1", digest]).effects == [.untagged(digest)])
  }

  @Test func aNameThatCouldBeAnIDIsAName() throws {
    let beginning = String(id.hex.prefix(1))
    let removal = try remove(beginning, from: ["\(beginning):latest", "b:1"])
    #expect(removal.effects == [.untagged("\(beginning):latest")])
  }
}
