// Makes each system call once, in a process of its own, with arguments that a kernel without a filter refuses or that
// have no effect. Prints "name errno" lines; 0 means success. With the argument "keyring" it prints the serial number of
// the session keyring (keyctl(2), KEYCTL_GET_KEYRING_ID).
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_listmount
#define SYS_listmount 458
#endif

struct probe {
  const char *name;
  long number;
  long arguments[6];
};

// An address that no process has.
#define BAD ((long)0x10)

static const struct probe probes[] = {
  {"keyctl", SYS_keyctl, {0, -3, 0}},
  {"add_key", SYS_add_key, {BAD, BAD}},
  {"request_key", SYS_request_key, {BAD, BAD}},
  {"unshare", SYS_unshare, {0}},
  {"unshare_user", SYS_unshare, {CLONE_NEWUSER}},
  {"clone_user", SYS_clone, {CLONE_NEWUSER | 17}},
  {"clone_mount", SYS_clone, {CLONE_NEWNS | 17}},
  {"clone", SYS_clone, {17}},
  {"clone3", SYS_clone3, {BAD, 0}},
  {"setns", SYS_setns, {-1, 0}},
  {"mount", SYS_mount, {BAD, BAD, BAD}},
  {"umount2", SYS_umount2, {BAD, 0}},
  {"pivot_root", SYS_pivot_root, {BAD, BAD}},
  {"fsopen", SYS_fsopen, {BAD, 0}},
  {"fsconfig", SYS_fsconfig, {-1, 0}},
  {"fsmount", SYS_fsmount, {-1, 0}},
  {"fspick", SYS_fspick, {-1, BAD}},
  {"move_mount", SYS_move_mount, {-1, BAD, -1, BAD}},
  {"open_tree", SYS_open_tree, {-1, BAD, 0}},
  {"mount_setattr", SYS_mount_setattr, {-1, BAD, 0, BAD, 32}},
  {"open_by_handle_at", SYS_open_by_handle_at, {-1, BAD, 0}},
  {"pidfd_getfd", SYS_pidfd_getfd, {-1, -1, 0}},
  {"kcmp", SYS_kcmp, {-1, -1, 99}},
  {"process_madvise", SYS_process_madvise, {-1, BAD, 1}},
  {"mbind", SYS_mbind, {BAD, 1, 99}},
  {"set_mempolicy", SYS_set_mempolicy, {99, BAD, 1}},
  {"get_mempolicy", SYS_get_mempolicy, {BAD, BAD, 1, BAD, 99}},
  {"migrate_pages", SYS_migrate_pages, {-1, 1, BAD, BAD}},
  {"move_pages", SYS_move_pages, {-1, 1, BAD, BAD, BAD, 99}},
  {"bpf", SYS_bpf, {9999, BAD, 16}},
  {"perf_event_open", SYS_perf_event_open, {BAD, -1, -1, -1, 0}},
  {"userfaultfd", SYS_userfaultfd, {0x7fff}},
  {"io_uring_setup", SYS_io_uring_setup, {0, BAD}},
  {"io_uring_enter", SYS_io_uring_enter, {-1}},
  {"io_uring_register", SYS_io_uring_register, {-1}},
  {"fanotify_init", SYS_fanotify_init, {0x7fffffff, 0}},
  {"quotactl", SYS_quotactl, {-1, BAD}},
  {"swapon", SYS_swapon, {BAD, 0}},
  {"swapoff", SYS_swapoff, {BAD}},
  {"reboot", SYS_reboot, {0, 0, 0}},
  {"kexec_load", SYS_kexec_load, {0, 99, BAD, -1}},
  {"init_module", SYS_init_module, {BAD, 1, BAD}},
  {"finit_module", SYS_finit_module, {-1, BAD, 0}},
  {"delete_module", SYS_delete_module, {BAD, 0}},
  {"iopl", SYS_iopl, {99}},
  {"ioperm", SYS_ioperm, {-1, -1, 0}},
  {"acct", SYS_acct, {BAD}},
  {"settimeofday", SYS_settimeofday, {BAD, 0}},
  {"clock_settime", SYS_clock_settime, {-1, BAD}},
  {"sethostname", SYS_sethostname, {BAD, -1}},
  {"setdomainname", SYS_setdomainname, {BAD, -1}},
  {"syslog", SYS_syslog, {10}},
  {"vhangup", SYS_vhangup, {0}},
  {"personality_query", SYS_personality, {0xffffffff}},
  {"personality_no_randomize", SYS_personality, {0x40000}},
  {"socket_vsock", SYS_socket, {40, 99, 0}},
  {"socket_unix", SYS_socket, {1, 1, 0}},
  {"socket_packet", SYS_socket, {17, 99, 0}},
  {"chroot", SYS_chroot, {BAD}},
  {"ptrace", SYS_ptrace, {9999, -1}},
  {"process_vm_readv", SYS_process_vm_readv, {-1, BAD, 1, BAD, 1, 1}},
  {"name_to_handle_at", SYS_name_to_handle_at, {-1, BAD}},
  {"memfd_create", SYS_memfd_create, {BAD, 0}},
  {"pidfd_open", SYS_pidfd_open, {-1, 0}},
  {"seccomp", SYS_seccomp, {99, 0, BAD}},
  {"fsync", SYS_fsync, {-1}},
  {"openat2", SYS_openat2, {-1, BAD, BAD, 24}},
  {"statx", SYS_statx, {-1, BAD}},
  {"adjtimex", SYS_adjtimex, {BAD}},
  {"listmount", SYS_listmount, {BAD, 0}},
};

int main(int count, char **words) {
  if (count > 1 && strcmp(words[1], "keyring") == 0) {
    printf("%ld\n", syscall(SYS_keyctl, 0L, -3L, 0L));
    return 0;
  }
  for (unsigned i = 0; i < sizeof probes / sizeof *probes; i++) {
    const struct probe *p = &probes[i];
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
      const long *a = p->arguments;
      pid_t self = getpid();
      long result = syscall(p->number, a[0], a[1], a[2], a[3], a[4], a[5]);
      int number = result == -1 ? errno : 0;
      // The child of a clone that worked says nothing.
      if (syscall(SYS_getpid) != self || (result == 0 && strncmp(p->name, "clone", 5) == 0)) _exit(0);
      printf("%s %d\n", p->name, number);
      fflush(stdout);
      _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) printf("%s signal %d\n", p->name, WTERMSIG(status));
  }
  return 0;
}
