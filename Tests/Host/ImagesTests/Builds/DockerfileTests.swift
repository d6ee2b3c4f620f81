import EngineModel
import Testing

@testable import Images

/// Errors that are reported before the build, in Docker's words.
@Suite struct DockerfileTests {
  static let wrong: [(String, String)] = [
    ("", "the Dockerfile (Dockerfile) cannot be empty"),
    ("# nothing\n\n", "failed to parse Dockerfile: file with no instructions"),
    ("FROM a\n\nFOO bar\n", "dockerfile parse error line 3: unknown instruction: FOO"),
    ("FROM a\nrun2 x\n", "dockerfile parse error line 2: unknown instruction: RUN2"),
    ("RUN x\nFROM a\n", "dockerfile parse error line 1: no build stage in current context"),
    ("ARG x\n", "no build stage in current context"),
    ("FROM\n", "dockerfile parse error line 1: FROM requires either one or three arguments"),
    ("FROM a b\n", "dockerfile parse error line 1: FROM requires either one or three arguments"),
    ("FROM a as\n", "dockerfile parse error line 1: FROM requires either one or three arguments"),
    ("FROM a AS 1x\n", "dockerfile parse error line 1: invalid name for build stage: \"1x\", name can't start with"),
    ("FROM a AS x/y\n", "dockerfile parse error line 1: invalid name for build stage: \"x/y\", name can't start with"),
    ("FROM --colour=red a\n", "dockerfile parse error line 1: unknown flag: colour"),
    ("FROM a\nRUN\n", "dockerfile parse error line 2: RUN requires at least one argument"),
    ("FROM a\nRUN --foo=bar x\n", "dockerfile parse error line 2: unknown flag: foo"),
    ("FROM a\nRUN --security=insecure x\n", "dockerfile parse error line 2: the --security option of RUN requires"),
    ("FROM a\nCOPY\n", "dockerfile parse error line 2: COPY requires at least two arguments"),
    ("FROM a\nCOPY x\n", "line 2: COPY requires at least two arguments, but only one was provided. Destination could"),
    ("FROM a\nADD [\"x\"]\n", "line 2: ADD requires at least two arguments, but only one was provided."),
    ("FROM a\nCOPY --from x y z\n", "dockerfile parse error line 2: missing a value on flag: from"),
    ("FROM a\nCOPY --link x y\n", "dockerfile parse error line 2: the --link option of COPY requires BuildKit"),
    ("FROM a\nCOPY <<EOF /x\nEO\n", "dockerfile parse error line 2: unterminated heredoc: expected a line with EOF"),
    ("FROM a\nENV\n", "dockerfile parse error line 2: ENV requires at least one argument"),
    ("FROM a\nENV x\n", "dockerfile parse error line 2: ENV must have two arguments"),
    ("FROM a\nENV a=1 b\n", "line 2: Syntax error - can't find = in \"b\". Must be of the form: name=value"),
    ("FROM a\nENV =1\n", "dockerfile parse error line 2: ENV names can not be blank"),
    ("FROM a\nLABEL a=\"b\n", "dockerfile parse error line 2: unexpected end of statement while looking for matching"),
    ("FROM a\nWORKDIR\n", "dockerfile parse error line 2: WORKDIR requires exactly one argument"),
    ("FROM a\nUSER\n", "dockerfile parse error line 2: USER requires exactly one argument"),
    ("FROM a\nSTOPSIGNAL\n", "dockerfile parse error line 2: STOPSIGNAL requires exactly one argument"),
    ("FROM a\nEXPOSE\n", "dockerfile parse error line 2: EXPOSE requires at least one argument"),
    ("FROM a\nVOLUME\n", "dockerfile parse error line 2: VOLUME requires at least one argument"),
    ("FROM a\nARG\n", "dockerfile parse error line 2: ARG requires at least one argument"),
    ("FROM a\nARG =x\n", "dockerfile parse error line 2: ARG names can not be blank"),
    ("FROM a\nSHELL /bin/sh\n", "dockerfile parse error line 2: SHELL requires the arguments to be in JSON form"),
    ("FROM a\nSHELL []\n", "dockerfile parse error line 2: SHELL requires at least one argument"),
    ("FROM a\nHEALTHCHECK\n", "dockerfile parse error line 2: HEALTHCHECK requires at least one argument"),
    ("FROM a\nHEALTHCHECK CMD\n", "dockerfile parse error line 2: Missing command after HEALTHCHECK CMD"),
    ("FROM a\nHEALTHCHECK EVER x\n", "dockerfile parse error line 2: Unknown type \"EVER\" in HEALTHCHECK (try CMD)"),
    ("FROM a\nHEALTHCHECK NONE x\n", "dockerfile parse error line 2: HEALTHCHECK NONE takes no arguments"),
    ("FROM a\nONBUILD ONBUILD RUN x\n", "line 2: Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"),
    ("FROM a\nONBUILD FROM b\n", "dockerfile parse error line 2: FROM isn't allowed as an ONBUILD trigger"),
    ("FROM a\nONBUILD FOO\n", "dockerfile parse error line 2: unknown instruction: FOO"),
    ("# escape=x\nFROM a\n", "dockerfile parse error line 1: invalid escape token 'x' does not match ` or \\"),
    ("# escape=`\n# escape=`\nFROM a\n", "dockerfile parse error line 2: only one escape parser directive can be used"),
    ("FROM a\nRUN one \\\n  # remark\n\n  two\n\nBAD\n", "dockerfile parse error line 7: unknown instruction: BAD"),
    ("FROM ${NONE}\n", "dockerfile parse error line 1: base name (${NONE}) should not be blank"),
    ("FROM ${X\n", "dockerfile parse error line 1: failed to process \"${X\": syntax error: missing '}'"),
    ("FROM ${X:=y}\n", "dockerfile parse error line 1: failed to process \"${X:=y}\": unsupported modifier (:=) in"),
    ("FROM Upper\n", "dockerfile parse error line 1: failed to parse image name \"Upper\": invalid reference format"),
    ("FROM a\nCOPY --from=3 x y\n", "line 2: invalid from flag value 3: refers to current build stage"),
    ("FROM --platform=linux/s390x a\n", "line 1: building for linux/s390x on linux/"),
  ]

  @Test(arguments: wrong) func isRefused(_ text: String, _ message: String) {
    let error = #expect(throws: EngineError.self) {
      try BuildPlan(dockerfile: Array(text.utf8), name: "Dockerfile")
    }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    #expect(error?.code == (message.contains("building for") ? .notImplemented : .invalidParameter))
  }

  /// Source locations of errors, also after continuation lines and comments.
  @Test(arguments: [
    ("FROM a\n  FOO bar\n", "docker/File:2:3: "), ("FROM a\nCOPY --chown=1 --lonk x y\n", "docker/File:2:16: "),
    ("FROM a\nCOPY --chown=1 \\\n # remark\n   --lonk x y\n", "docker/File:4:4: "),
    ("ARG A=1\nFROM --platform=linux/amd64 Up:1\n", "docker/File:2:29: "), ("# x\n\nRUN x\n", "docker/File:3:1: "),
    ("#escape=x\nFROM a\n", "docker/File:1:1: "), ("FROM a AS b\nCOPY --from=7 a b\n", "docker/File:2:6: "),
    ("FROM a\nFROM b AS 1\n", "docker/File:2:11: "), ("ARG A\n", "docker/File:1:1: "), ("#\n", "docker/File:1:1: "),
  ]) func thePlaceComesFirst(_ text: String, _ place: String) {
    let error = #expect(throws: EngineError.self) {
      try BuildPlan(dockerfile: Array(text.utf8), name: "docker/File", platform: "linux/amd64")
    }
    #expect(error?.message.hasPrefix(place) == true, "\(error?.message ?? "")")
  }

  /// The time to read a malicious file is linear in its length.
  @Test(.timeLimit(.minutes(1))) func manyContinuedLinesAreReadInOneGo() throws {
    let text = "FROM a\nRUN x" + String(repeating: "\\\n y", count: 400_000) + "\n"
    let lines = try DockerfileParser(text)
    #expect(lines.instructions.count == 2 && lines.instructions[1].arguments.count == 400_001)
  }

  @Test func fiftyWaysAreCounted() { #expect(Self.wrong.count >= 50) }

  @Test func continuedLinesAreOneInstruction() throws {
    let lines = try DockerfileParser("\u{FEFF}FROM a\r\n  RUN one \\  \r\n# remark\r\n\r\n  two\r\nCMD x")
    #expect(lines.instructions.map(\.text) == ["FROM a", "RUN one   two", "CMD x"])
    #expect(lines.instructions.map(\.line) == [1, 2, 6])
    let other = try DockerfileParser("# syntax=x\n#escape = `\nFROM a\nRUN c:\\ `\nd")
    #expect(other.instructions.map(\.text) == ["FROM a", "RUN c:\\ d"])
    // After anything else it is an ordinary comment.
    #expect(try DockerfileParser("# x\n# escape=`\nFROM a\nRUN a`\nCMD b").instructions.count == 3)
  }

  @Test func flagsAreTakenOff() {
    let copy = DockerfileInstruction(line: 1, text: "copy --from=web   --chown=1:2 a  b")
    #expect(copy.keyword == "COPY" && copy.flags == ["--from=web", "--chown=1:2"] && copy.rest == "a  b")
    #expect(copy.flag("from") == "web" && copy.flag("chmod") == nil)
    #expect(copy.rewritten == "COPY --from=web --chown=1:2 a  b")
    #expect(DockerfileInstruction(line: 1, text: "RUN -- --x").rest == "--x")
  }

  @Test(arguments: [
    ("$A", "one"), ("${A}x", "onex"), ("$NONE.", "."), ("${NONE:-two}", "two"), ("${EMPTY:-two}", "two"),
    ("${EMPTY-two}", ""), ("${A:+two}", "two"), ("${NONE+two}", ""), ("${NONE:-${A}}", "one"), ("\\$A", "$A"),
    ("'$A'", "$A"), ("\"$A\"", "one"), ("a$", "a$"), ("$1", "$1"),
  ])
  func variablesAreReplaced(_ text: String, _ value: String) throws {
    #expect(try DockerfileVariables(values: ["A": "one", "EMPTY": ""]).expand(text) == value)
  }
}
