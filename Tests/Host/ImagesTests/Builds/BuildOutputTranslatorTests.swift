import Testing

@testable import Images

/// The output of buildah 1.28, and its translation.
@Suite struct BuildOutputTranslatorTests {
  private static let id = String(repeating: "0a", count: 32)

  private func transcript(_ dockerfile: String) throws -> BuildOutputTranslator {
    BuildOutputTranslator(
      try BuildPlan(dockerfile: Array(dockerfile.utf8), name: "Dockerfile"), ["base": Self.id], sandbox: "0123456789ab")
  }

  private func shown(_ dockerfile: String, _ output: String, piece: Int = 7) throws -> (String, BuildOutputTranslator) {
    var transcript = try transcript(dockerfile)
    var shown = ""
    var rest = Array(output.utf8)[...]
    while !rest.isEmpty {
      shown += transcript.translate(Array(rest.prefix(piece)))
      rest = rest.dropFirst(piece)
    }
    return (shown + transcript.finish(), transcript)
  }

  @Test func oneStage() throws {
    let (text, transcript) = try shown(
      "FROM base\nENV a=b\nRUN echo hi\nCMD x",
      """
      STEP 1/4: FROM \(Self.id)
      STEP 2/4: ENV a=b
      --> Using cache \(Self.id)
      --> aaaaaaaaaaa
      STEP 3/4: RUN echo hi
      hi
      STEP 3/4: forged
      --> bbbbbbbbbbb
      STEP 4/4: CMD x
      COMMIT
      --> ccccccccccc
      \(Self.id)

      """)
    #expect(
      text == """
        Step 1/4 : FROM base
         ---> 0a0a0a0a0a0a
        Step 2/4 : ENV a=b
         ---> Using cache
         ---> aaaaaaaaaaa
        Step 3/4 : RUN echo hi
         ---> Running in 0123456789ab
        hi
        STEP 3/4: forged
         ---> bbbbbbbbbbb
        Step 4/4 : CMD x
         ---> ccccccccccc

        """)
    #expect(transcript.imageID == Self.id)
  }

  @Test func stagesCountOn() throws {
    let (text, transcript) = try shown(
      "FROM base AS a\nRUN x\nFROM scratch\nCOPY --from=a /x /y",
      """
      [1/2] STEP 1/2: FROM \(Self.id) AS causeway-stage-0
      [1/2] STEP 2/2: RUN x
      no end of line[2/2] STEP 1/2: FROM scratch AS causeway-stage-1
      [2/2] STEP 2/2: COPY --from=causeway-stage-0 /x /y
      """, piece: 1000)
    #expect(
      text == """
        Step 1/4 : FROM base AS a
         ---> 0a0a0a0a0a0a
        Step 2/4 : RUN x
         ---> Running in 0123456789ab
        no end of line
        Step 3/4 : FROM scratch
        """ + "\n[2/2] STEP 2/2: COPY --from=causeway-stage-0 /x /y")
    #expect(transcript.position == (1, -1))
  }

  @Test func triggersAreTold() throws {
    let (text, transcript) = try shown(
      "FROM base\nRUN me",
      "STEP 1/2: FROM x\nSTEP 2/3: RUN trigger\nSTEP 3/3: RUN me\nSTEP 4/3: RUN never\n")
    #expect(
      text == """
        Step 1/2 : FROM base
         ---> 0a0a0a0a0a0a
        # Executing build trigger
        Step 2/3 : RUN trigger
         ---> Running in 0123456789ab
        Step 3/3 : RUN me
         ---> Running in 0123456789ab
        STEP 4/3: RUN never

        """)
    #expect(transcript.position == (0, 0))
  }
}
