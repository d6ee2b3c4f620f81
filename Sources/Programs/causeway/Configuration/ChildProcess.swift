import EngineAPI
import Glibc

/// Runs a program and waits for its end.
enum ChildProcess {
  /// Blocks the thread. The program inherits standard error.
  ///
  /// - Throws: ``CommandFailure`` when the program is not on the `PATH`.
  static func run(_ program: String, _ arguments: [String], input: [UInt8]) throws(CommandFailure) -> (Int32, [UInt8]) {
    var incoming: [Int32] = [0, 0]
    var outgoing: [Int32] = [0, 0]
    guard pipe(&incoming) == 0, pipe(&outgoing) == 0 else { throw LocalFile.failure(program) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, incoming[0], 0)
    posix_spawn_file_actions_adddup2(&actions, outgoing[1], 1)
    for number in incoming + outgoing { posix_spawn_file_actions_addclose(&actions, number) }
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
    defer { for word in words { free(word) } }
    words.append(nil)
    var pid: pid_t = 0
    let result = posix_spawnp(&pid, program, &actions, nil, words, environ)
    close(incoming[0])
    close(outgoing[1])
    defer { close(outgoing[0]) }
    guard result == 0 else {
      close(incoming[1])
      throw CommandFailure("exec: \(program.quoted): \(String(cString: strerror(result)).lowercased())")
    }
    Descriptor(number: incoming[1]).write(input)
    close(incoming[1])
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(outgoing[0], $0.baseAddress, $0.count) }
      if count > 0 { output += buffer.prefix(count) } else if count == 0 || errno != EINTR { break }
    }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return (status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F, output)
  }
}
