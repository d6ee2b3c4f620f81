/// The system calls of the default profile, by topic. They are the ones that Docker 28 permits. Names that an
/// architecture or this libseccomp does not have are skipped.
enum DefaultSystemCalls {
  /// Permitted to every container.
  static let permitted: [String] = [
    files, paths, attributes, readiness, memory, processes, signals, identity, scheduling, time, sockets, messages,
    landlock,
  ].flatMap { $0 }

  private static let files = words(
    """
    open openat openat2 creat close close_range dup dup2 dup3 fcntl fcntl64 flock ioctl pipe pipe2
    read readv pread64 preadv preadv2 readahead write writev pwrite64 pwritev pwritev2 lseek _llseek
    copy_file_range sendfile sendfile64 splice tee vmsplice fallocate ftruncate ftruncate64 truncate truncate64
    fsync fdatasync sync syncfs sync_file_range fadvise64 fadvise64_64 cachestat
    io_setup io_destroy io_submit io_cancel io_getevents io_pgetevents io_pgetevents_time64
    getdents getdents64
    """)

  private static let paths = words(
    """
    access faccessat faccessat2 chdir fchdir getcwd umask link linkat symlink symlinkat readlink readlinkat
    mkdir mkdirat mknod mknodat rename renameat renameat2 rmdir unlink unlinkat name_to_handle_at
    """)

  private static let attributes = words(
    """
    stat stat64 lstat lstat64 fstat fstat64 fstatat64 newfstatat statx statfs statfs64 fstatfs fstatfs64
    chmod fchmod fchmodat fchmodat2 chown chown32 fchown fchown32 fchownat lchown lchown32
    utime utimes futimesat utimensat utimensat_time64
    getxattr lgetxattr fgetxattr getxattrat setxattr lsetxattr fsetxattr setxattrat
    listxattr llistxattr flistxattr listxattrat removexattr lremovexattr fremovexattr removexattrat
    """)

  private static let readiness = words(
    """
    poll ppoll ppoll_time64 select _newselect pselect6 pselect6_time64
    epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_wait epoll_wait_old epoll_pwait epoll_pwait2
    eventfd eventfd2 signalfd signalfd4 fanotify_mark inotify_init inotify_init1 inotify_add_watch inotify_rm_watch
    """)

  private static let memory = words(
    """
    brk mmap mmap2 mremap munmap mprotect madvise mincore msync remap_file_pages membarrier memfd_create memfd_secret
    mlock mlock2 mlockall munlock munlockall mseal map_shadow_stack pkey_alloc pkey_free pkey_mprotect process_mrelease
    """)

  private static let processes = words(
    """
    fork vfork execve execveat exit exit_group wait4 waitid waitpid pidfd_open pidfd_send_signal
    getpid getppid gettid getpgid getpgrp setpgid getsid setsid prctl seccomp rseq restart_syscall
    get_robust_list set_robust_list get_thread_area set_thread_area set_tid_address
    futex futex_time64 futex_waitv futex_wait futex_wake futex_requeue
    getrlimit ugetrlimit setrlimit prlimit64 getrusage sysinfo uname getcpu getrandom uretprobe
    """)

  private static let signals = words(
    """
    kill tkill tgkill pause sigaltstack sigprocmask sigreturn rt_sigaction rt_sigpending rt_sigprocmask
    rt_sigqueueinfo rt_tgsigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64
    """)

  private static let identity = words(
    """
    getuid getuid32 geteuid geteuid32 getgid getgid32 getegid getegid32 getgroups getgroups32
    getresuid getresuid32 getresgid getresgid32 setuid setuid32 setgid setgid32 setgroups setgroups32
    setreuid setreuid32 setregid setregid32 setresuid setresuid32 setresgid setresgid32
    setfsuid setfsuid32 setfsgid setfsgid32 capget capset
    """)

  private static let scheduling = words(
    """
    getpriority setpriority ioprio_get ioprio_set sched_yield sched_getaffinity sched_setaffinity
    sched_getattr sched_setattr sched_getparam sched_setparam sched_getscheduler sched_setscheduler
    sched_get_priority_max sched_get_priority_min sched_rr_get_interval sched_rr_get_interval_time64
    """)

  private static let time = words(
    """
    time times gettimeofday adjtimex clock_adjtime clock_adjtime64 clock_getres clock_getres_time64
    clock_gettime clock_gettime64 clock_nanosleep clock_nanosleep_time64 nanosleep alarm getitimer setitimer
    timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64
    timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64
    """)

  /// `socket` itself has a condition.
  private static let sockets = words(
    """
    socketpair socketcall bind listen accept accept4 connect shutdown getsockname getpeername getsockopt setsockopt
    send sendto sendmsg sendmmsg recv recvfrom recvmsg recvmmsg recvmmsg_time64
    """)

  private static let messages = words(
    """
    ipc msgget msgctl msgsnd msgrcv semget semctl semop semtimedop semtimedop_time64 shmget shmctl shmat shmdt
    mq_open mq_unlink mq_getsetattr mq_notify mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64
    """)

  private static let landlock = words("landlock_add_rule landlock_create_ruleset landlock_restrict_self")

  /// Permitted also on some architectures, by Go's name.
  static let byArchitecture: [(architectures: [String], calls: [String])] = [
    (["ppc64le"], words("sync_file_range2 swapcontext")),
    (
      ["arm", "arm64"],
      words("arm_fadvise64_64 arm_sync_file_range sync_file_range2 breakpoint cacheflush set_tls")
    ),
    (["amd64", "x32"], words("arch_prctl")),
    (["amd64", "x32", "x86"], words("modify_ldt")),
    (["s390", "s390x"], words("s390_pci_mmio_read s390_pci_mmio_write s390_runtime_instr")),
    (["riscv64"], words("riscv_flush_icache")),
  ]

  /// Permitted to a container that has a capability.
  static let byCapability: [(capability: String, calls: [String])] = [
    ("CAP_DAC_READ_SEARCH", words("open_by_handle_at")),
    (
      "CAP_SYS_ADMIN",
      words(
        """
        bpf clone clone3 fanotify_init lookup_dcookie perf_event_open quotactl quotactl_fd
        mount umount umount2 fsopen fsconfig fsmount fspick move_mount open_tree mount_setattr
        setns unshare sethostname setdomainname syslog
        """)
    ),
    ("CAP_SYS_BOOT", words("reboot")),
    ("CAP_SYS_CHROOT", words("chroot")),
    ("CAP_SYS_MODULE", words("init_module finit_module delete_module")),
    ("CAP_SYS_PACCT", words("acct")),
    ("CAP_SYS_PTRACE", words("kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev ptrace")),
    ("CAP_SYS_RAWIO", words("iopl ioperm")),
    ("CAP_SYS_TIME", words("settimeofday stime clock_settime clock_settime64")),
    ("CAP_SYS_TTY_CONFIG", words("vhangup")),
    ("CAP_SYS_NICE", words("get_mempolicy mbind set_mempolicy set_mempolicy_home_node")),
    ("CAP_SYSLOG", words("syslog")),
    ("CAP_BPF", words("bpf")),
    ("CAP_PERFMON", words("perf_event_open")),
  ]

  /// Never permitted by the default profile. A profile whose default is "no such system call" names them.
  static let refused: [String] = words(
    """
    add_key keyctl request_key io_uring_setup io_uring_enter io_uring_register userfaultfd
    kexec_load kexec_file_load pivot_root swapon swapoff migrate_pages move_pages
    create_module get_kernel_syms query_module nfsservctl uselib ustat sysfs _sysctl vm86 vm86old
    """)

  private static func words(_ text: String) -> [String] { text.split(whereSeparator: \.isWhitespace).map(String.init) }
}
