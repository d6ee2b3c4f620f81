import Kernel

/// The root file system of buildah: a small tmpfs with the host's programs, read-only, and the folders of this build. The
/// host's other files are not mounted in it, so no path and no link leads to them.
struct BuildRoot: Sendable {
  /// The folder of all builds.
  let builds: String
  /// The folder of this build.
  let work: String
  /// Paths of files for `/etc/resolv.conf` and `/etc/hosts`; `nil`: the host's.
  var resolverConfiguration: String?
  var hosts: String?
  /// Files and folders of the host that the build must read, at the same paths.
  var readOnly: [String] = []

  /// Makes the root, enters it, and runs the program in it.
  ///
  /// Arguments: builds, work, resolver, hosts, the number of read-only paths, the paths, the program with its arguments.
  private static let script = """
    exec 3<&0 </dev/null
    trap 'exit 143' TERM
    { read -r never <&3; kill -TERM 1; } &
    exec 3<&-
    fail() { echo "Error: preparing the build: $1" >&2; exit 125; }
    builds=$1 work=$2 resolver=${3:-/etc/resolv.conf} hosts=${4:-/etc/hosts} paths=$5
    shift 5
    root=$work/root
    umask 022
    mkdir -p "$root" && mount -t tmpfs -o mode=755,nosuid,nodev build "$root" || fail "$root"
    place() {
      if [ -d "$1" ]; then
        mkdir -p "$root$1"
      else
        mkdir -p "$root${1%/*}" && { [ -e "$root$1" ] || : >"$root$1"; }
      fi && mount --rbind "$1" "$root$1" || fail "$1"
    }
    close() { place "$1"; mount -o remount,bind,ro,nosuid,nodev "$root$1" || fail "$1"; }
    close /usr
    for name in bin sbin lib lib32 lib64 libx32; do
      if [ -L "/$name" ]; then cp -P "/$name" "$root/"; elif [ -d "/$name" ]; then close "/$name"; fi
    done
    mkdir -p "$root/etc/containers" "$root/run" "$root/var/lib/containers" || fail /etc
    ln -s ../run "$root/var/run"
    mkdir -m 1777 "$root/tmp" "$root/var/tmp"
    for name in passwd group nsswitch.conf host.conf gai.conf protocols services localtime ld.so.cache mime.types; do
      [ ! -e "/etc/$name" ] || cp -L "/etc/$name" "$root/etc/$name" || fail "/etc/$name"
    done
    for name in ssl/certs alternatives; do [ ! -d "/etc/$name" ] || close "/etc/$name"; done
    [ ! -e "$resolver" ] || cp -L "$resolver" "$root/etc/resolv.conf" || fail "$resolver"
    [ ! -e "$hosts" ] || cp -L "$hosts" "$root/etc/hosts" || fail "$hosts"
    mkdir -p "$root/dev/shm" && mount -t tmpfs -o mode=1777,nosuid,nodev shm "$root/dev/shm" || fail /dev/shm
    for name in null zero full random urandom tty; do place "/dev/$name"; done
    ln -s /proc/self/fd "$root/dev/fd"
    mkdir -p "$root/proc" "$root/sys" && mount -t proc proc "$root/proc" || fail /proc
    mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys" || fail /sys
    mount --rbind /sys/fs/cgroup "$root/sys/fs/cgroup" || fail /sys/fs/cgroup
    [ ! -d "$root/sys/fs/cgroup/unified" ] || umount "$root/sys/fs/cgroup/unified" 2>/dev/null
    mkdir -p "$root$builds/storage" "$root$work" && mount --bind "$builds/storage" "$root$builds/storage" &&
      mount --bind "$work" "$root$work" && mount --bind "$builds/memory" "$root/var/lib/containers" || fail "$work"
    for name in containers.conf storage.conf registries.conf policy.json; do
      cp "$builds/$name" "$root$builds/$name" || fail "$builds/$name"
    done
    cp "$builds/policy.json" "$builds/registries.conf" "$root/etc/containers/" || fail /etc/containers
    while [ "$paths" -gt 0 ]; do
      [ -e "$root$1" ] || close "$1"
      shift; paths=$((paths - 1))
    done
    cd "$root" && mkdir .host && pivot_root . .host && cd / && umount -l /.host && rmdir /.host || fail "the new root"
    cd "$work" || fail "$work"
    "$@" &
    wait $!
    """

  /// What buildah and the OCI runtime never need. They need `CAP_SYS_ADMIN` for mounts, and what steps may have.
  private static let droppedCapabilities = [
    "sys_module", "sys_rawio", "sys_boot", "sys_time", "syslog", "mac_admin", "mac_override", "sys_pacct",
    "sys_tty_config",
    "wake_alarm", "block_suspend", "audit_control", "audit_read", "linux_immutable", "lease", "net_broadcast",
  ]

  /// The command that runs a program in the root. It needs mount and PID namespaces of its own.
  func command(_ program: [String]) -> [String] {
    let dropped = Self.droppedCapabilities.map { "-\($0)" }.joined(separator: ",")
    return [
      "sh", "-c", Self.script, "build", builds, work, resolverConfiguration ?? "", hosts ?? "", "\(readOnly.count)",
    ]
      + readOnly + ["setpriv", "--bounding-set", dropped, "--"] + program
  }

  /// The files outside `/usr` that a program of the host needs: itself and the libraries of this process, which are those
  /// of a program that was built with it.
  static func files(of program: String) -> [String] {
    let maps = (try? readFile("/proc/self/maps")) ?? ""
    let mapped = maps.split(separator: "\n").compactMap { line -> String? in
      guard line.contains(".so"), let start = line.firstIndex(of: "/"), !line.hasSuffix(" (deleted)") else {
        return nil
      }
      return String(line[start...])
    }
    return ([program] + Set(mapped).sorted()).filter { path in
      !["/usr/", "/bin/", "/sbin/", "/lib"].contains { path.hasPrefix($0) }
    }
  }
}
