import EngineModel
import Testing

@testable import Images

@Suite struct BuildPlanTests {
  private func plan(
    _ text: String, target: String = "", values: [String: String] = [:], labels: [String: String] = [:]
  ) throws -> BuildPlan {
    try BuildPlan(dockerfile: Array(text.utf8), name: "Dockerfile", target: target, values: values, labels: labels)
  }

  @Test func namesBecomeIdentifiers() throws {
    let plan = try plan(
      """
      ARG TAG=1
      FROM base:$TAG AS Build
      RUN make
      FROM scratch
      COPY --from=build /a /b
      COPY --from=0 /c /d
      COPY --from=tools:2 /e /f
      RUN --mount=type=bind,from=tools:2,target=/t --mount=type=cache,target=/c x
      """)
    #expect(plan.images == ["base:1", "tools:2"])
    #expect(plan.stepCount == 7)
    #expect(
      try plan.buildahDockerfile(["base:1": "aaa", "tools:2": "bbb"]).text == """
        ARG TAG=1
        FROM aaa AS causeway-stage-0
        RUN make
        FROM scratch AS causeway-stage-1
        COPY --from=causeway-stage-0 /a /b
        COPY --from=causeway-stage-0 /c /d
        COPY --from=bbb /e /f
        RUN --mount=type=bind,from=bbb,target=/t --mount=type=cache,target=/c,id=cache-facd442ef63045438c3a2910e0644528473e3af8 x

        """)
  }

  @Test func onlyWhatTheTargetNeedsIsBuilt() throws {
    let text = """
      FROM one AS a
      FROM two AS b
      RUN b
      FROM b AS c
      COPY --from=a /x /y
      FROM three AS d
      """
    #expect(try plan(text).images == ["three"])
    #expect(try plan(text, target: "C").images == ["one", "two"])
    #expect(try plan(text, target: "C").stages.map(\.number) == [0, 1, 2])
    #expect(try plan(text, target: "1").buildahDockerfile(["two": "2"]).text == "FROM 2 AS causeway-stage-1\nRUN b\n")
    let error = #expect(throws: EngineError.self) { try plan(text, target: "z") }
    #expect(error?.message == "target stage \"z\" could not be found")
  }

  /// A stage may have the name of an image and use that image as its base.
  @Test func stagesHideImagesOnlyAfterThemselves() throws {
    let plan = try plan("FROM web AS web\nFROM web\n")
    #expect(plan.images == ["web"] && plan.stages.count == 2)
  }

  @Test func argumentsDecideAboutBases() throws {
    let text = "ARG A=x\nARG B=$A-y\nFROM ${B}\nARG C\n"
    #expect(try plan(text).images == ["x-y"])
    #expect(try plan(text, values: ["A": "z"]).images == ["z-y"])
    #expect(try plan(text, values: ["B": "q", "C": "1", "D": "2", "http_proxy": "3"]).unusedArguments == ["D"])
    #expect(try plan("FROM base-$TARGETARCH").images == ["base-\(Platform.architecture)"])
  }

  @Test func labelsAreTheLastInstruction() throws {
    let plan = try plan("FROM a AS x\nRUN y\nFROM x\n", target: "x", labels: ["b": "$1 \"q\" \\", "a": ""])
    #expect(
      try plan.buildahDockerfile(["a": "i"]).text
        == "FROM i AS causeway-stage-0\nRUN y\nLABEL \"a\"=\"\" \"b\"=\"\\$1 \\\"q\\\" \\\\\"\n")
    #expect(throws: EngineError.self) { try self.plan("FROM a", labels: ["a": "b\nc"]) }
  }
}
