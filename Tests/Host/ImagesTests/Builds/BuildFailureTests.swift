import EngineModel
import Testing

@testable import Images

@Suite struct BuildFailureTests {
  static let cases: [(String, String, String, Int32?)] = [
    (
      "RUN exit 3", "Error: building at STEP \"RUN exit 3\": while running runtime: exit status 3\n",
      "The command '/bin/sh -c exit 3' returned a non-zero code: 3", 3
    ),
    (
      "RUN [\"/nosuch\", \"a\"]", "Error: building at STEP \"RUN /nosuch\": while running runtime: exit status 1\n",
      "The command '/nosuch a' returned a non-zero code: 1", 1
    ),
    (
      "COPY no /x",
      "Error: building at STEP \"COPY no /x\": checking on sources under \"/c\": copier: stat: \"/no\": no such file",
      "COPY failed: file not found in build context or excluded by .dockerignore: stat no: file does not exist", nil
    ),
    (
      "COPY --from=a /no /x",
      "Error: building at STEP \"COPY --from=a /no /x\": checking on sources under \"/s\": copier: stat: \"/no\": no such",
      "COPY failed: stat no: file does not exist", nil
    ),
    (
      "ADD ../x /x",
      "Error: building at STEP \"ADD ../x /x\": checking on sources under \"/c\": possible escaping context directory "
        + "error: copier: stat: \"/x\": no such file or directory",
      "ADD failed: forbidden path outside the build context: ../x ()", nil
    ),
    (
      "COPY n* /x",
      "Error: building at STEP \"COPY n* /x\": checking on sources under \"/c\": Rel: can't make  relative to /c; "
        + "copier: stat: [\"/n*\"]: no such file or directory", "COPY failed: no source files were specified", nil
    ),
    (
      "RUN id", "warning\nError: building at STEP \"RUN id\": determining run uid: user: unknown user error",
      "determining run uid: user: unknown user error", nil
    ),
    (
      "COPY link /x",
      "Error: building at STEP \"COPY link /x\": reading \"/link\": error during bulk transfer for copier.request{…}: "
        + "copier: get: lstat \"/link\"(\"/etc/shadow\"): lstat /etc/shadow: no such file or directory",
      "COPY failed: lstat \"/link\"(\"/etc/shadow\"): lstat /etc/shadow: no such file or directory", nil
    ),
    ("RUN id", "", "the build failed", nil),
  ]

  @Test(arguments: cases) func isToldAsDockerTellsIt(
    _ step: String, _ errors: String, _ message: String, _ code: Int32?
  ) {
    let failure = BuildFailure(
      errors: errors, step: DockerfileInstruction(line: 2, text: step), shell: ["/bin/sh", "-c"], folder: "/c")
    #expect(failure == BuildFailure(message, code: code))
  }
}
