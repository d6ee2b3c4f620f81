import CLinux
import Glibc

extension ChildProcess {
  /// The child inherits the mount namespace of the thread that spawns it.
  static func spawn(_ specification: Specification, seeing view: MountView?) throws(SystemCallError) -> Int32 {
    guard let view else { return try spawn(specification) }
    do {
      return try view.run { try spawn(specification) }
    } catch {
      throw error as? SystemCallError ?? SystemCallError(errno: EIO, call: "posix_spawn", subject: specification.path)
    }
  }

  private static func spawn(_ specification: Specification) throws(SystemCallError) -> Int32 {
    // Duplicates all sources above the child's highest number first, so that no dup2 overwrites a source.
    let top = max(2, specification.descriptors.keys.max() ?? 2)
    var copies: [Int32] = []
    defer { for copy in copies { close(copy) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for number in 0...top {
      if let source = specification.descriptors[number] {
        let copy = try checked("fcntl", "F_DUPFD_CLOEXEC") {
          fcntl(source, F_DUPFD_CLOEXEC, top + 1)
        }
        copies.append(copy)
        posix_spawn_file_actions_adddup2(&actions, copy, number)
      } else if number <= 2 {
        posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
      } else {
        posix_spawn_file_actions_addclose(&actions, number)
      }
    }
    linux_posix_spawn_file_actions_addclosefrom(&actions, top + 1)
    if let directory = specification.directory {
      linux_posix_spawn_file_actions_addchdir(&actions, directory)
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var flags = linux_POSIX_SPAWN_SETSIGMASK | linux_POSIX_SPAWN_SETSIGDEF
    if specification.newSession { flags |= linux_POSIX_SPAWN_SETSID }
    posix_spawnattr_setflags(&attributes, flags)
    var mask = sigset_t()
    sigemptyset(&mask)
    posix_spawnattr_setsigmask(&attributes, &mask)
    var defaults = sigset_t()
    // All of them. sigfillset(3) leaves out 32 and 33, which the C library uses for threads, and posix_spawn(3) would
    // then make the child ignore them.
    withUnsafeMutableBytes(of: &defaults) { bytes in for index in 0..<8 { bytes[index] = 0xFF } }
    posix_spawnattr_setsigdefault(&attributes, &defaults)

    var arguments = specification.arguments.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var variables = (specification.environment ?? []).map { strdup($0) } + [nil]
    defer { for variable in variables { free(variable) } }

    // The child gets a session keyring of its own: an exec in a container must not find the keys of the engine's session.
    // OCI runtimes do this only for a container's first process. It fails on a kernel without keyrings.
    _ = linux_join_new_session_keyring()
    var pid = pid_t()
    let result =
      if specification.environment != nil {
        posix_spawn(&pid, specification.path, &actions, &attributes, &arguments, &variables)
      } else {
        posix_spawn(&pid, specification.path, &actions, &attributes, &arguments, environ)
      }
    guard result == 0 else {
      throw SystemCallError(errno: result, call: "execve", subject: specification.path)
    }
    return pid
  }
}
