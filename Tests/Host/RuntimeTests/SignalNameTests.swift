import EngineModel
import Glibc
import Testing

@testable import Runtime

@Suite struct SignalNameTests {
  @Test(
    arguments: [
      ("SIGTERM", 15), ("term", 15), ("15", 15), ("KILL", 9), ("SIGRTMIN+3", 37), ("RTMAX-1", 63), ("64", 64),
    ] as [(String, Int32)])
  func namesAreNumbers(text: String, number: Int32) throws {
    #expect(try SignalName.parse(text) == number)
  }

  @Test(arguments: ["", "0", "-1", "65", "SIG", "SIGFOO", "RTMIN+99", "9x"])
  func othersAreRefused(text: String) {
    let error = #expect(throws: EngineError.self) { try SignalName.parse(text) }
    #expect(error?.message == "invalid signal: \(text)")
  }

  @Test(arguments: [
    (
      "runc create failed: unable to start container process: exec: \"x\": executable file not found in $PATH\n",
      "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: "
        + "unable to start container process: exec: \"x\": executable file not found in $PATH: unknown", Int32(127)
    ),
    (
      "executable file `x` not found in $PATH: No such file or directory",
      "failed to create task for container: failed to create shim task: OCI runtime create failed: "
        + "unable to start container process: exec: \"x\": executable file not found in $PATH: unknown", 127
    ),
    (
      "time=\"2026-11-21T07:37:05Z\" level=error msg=\"runc create failed: \\\"y\\\": permission denied\"\n",
      "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: "
        + "\"y\": permission denied: unknown", 126
    ),
    (
      "",
      "failed to create task for container: failed to create shim task: OCI runtime create failed: "
        + "the OCI runtime failed without an error message: unknown", 128
    ),
  ])
  func failuresAreTranslated(output: String, message: String, code: Int32) {
    let error = RuntimeFailure(stage: .create, runtimeOutput: output).engineError
    #expect(error.message == message)
    #expect(ContainerRuntime.exitCode(of: error) == code)
  }
}
