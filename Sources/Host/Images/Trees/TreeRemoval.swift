import CLinux
import Glibc
import Kernel

/// Removes trees of any depth. It moves inner folders to the top of the tree first, so that neither the stack nor the
/// number of open files grows with the depth, and it never builds a path.
package enum TreeRemoval {
  /// Removes an entry of a folder with everything in it. Links are removed, not followed.
  ///
  /// - Parameter folder: `AT_FDCWD` for a path.
  /// - Returns: `false` if there is no such entry.
  @discardableResult
  static func remove(_ name: [CChar], in folder: Int32) throws -> Bool {
    if unlinkat(folder, name, 0) == 0 { return true }
    if errno == ENOENT { return false }
    guard errno == EISDIR || errno == EPERM else { throw failure("unlinkat", name) }
    let top = try OwnedDescriptor(
      adopting: checked("openat", text(name)) {
        openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      })
    var counter = 0
    while try empty(top.number, into: top.number, &counter) {}
    try checked("rmdir", text(name)) { unlinkat(folder, name, AT_REMOVEDIR) }
    return true
  }

  /// Removes a file, or a folder with everything in it. Succeeds if there is none.
  package static func remove(path: String) throws {
    try remove(Array(path.utf8).cString, in: AT_FDCWD)
  }

  /// Removes the files in a folder. It removes an emptied inner folder if the folder is the top, and moves it to the
  /// top otherwise.
  ///
  /// - Returns: whether the top may have new entries.
  private static func empty(_ folder: Int32, into top: Int32, _ counter: inout Int) throws -> Bool {
    var isUnfinished = false
    for name in try names(in: folder) {
      if unlinkat(folder, name, 0) == 0 || errno == ENOENT { continue }
      guard errno == EISDIR || errno == EPERM else { throw failure("unlinkat", name) }
      if unlinkat(folder, name, AT_REMOVEDIR) == 0 { continue }
      guard errno == ENOTEMPTY || errno == EEXIST else { throw failure("rmdir", name) }
      guard folder == top else {
        try moveToTop(name, from: folder, to: top, &counter)
        isUnfinished = true
        continue
      }
      let inner = try OwnedDescriptor(
        adopting: checked("openat", text(name)) {
          openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        })
      if try empty(inner.number, into: top, &counter) { isUnfinished = true }
      try checked("rmdir", text(name)) { unlinkat(folder, name, AT_REMOVEDIR) }
    }
    return isUnfinished
  }

  private static func moveToTop(_ name: [CChar], from folder: Int32, to top: Int32, _ counter: inout Int) throws {
    while true {
      counter += 1
      let new = Array(".removed-\(counter)".utf8).cString
      if linux_renameat2(folder, name, top, new, 1 /* RENAME_NOREPLACE */) == 0 { return }
      guard errno == EEXIST else { throw failure("renameat2", name) }
    }
  }

  /// The names in a folder, without `.` and `..`. The descriptor's own offset does not change.
  static func names(in folder: Int32) throws -> [[CChar]] {
    let copy = try checked("openat", ".") { openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard let stream = fdopendir(copy) else {
      close(copy)
      throw SystemCallError.last("fdopendir")
    }
    defer { closedir(stream) }
    var names: [[CChar]] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw SystemCallError.last("readdir") }
        return names
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        bytes.prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
      }
      if name != [46, 0], name != [46, 46, 0] { names.append(name) }
    }
  }

  static func text(_ name: [CChar]) -> String {
    String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func failure(_ call: String, _ name: [CChar]) -> SystemCallError {
    .last(call, text(name))
  }
}
