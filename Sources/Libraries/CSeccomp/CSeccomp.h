// libseccomp: compiles system call filters (seccomp_rule_add(3), seccomp_export_bpf(3)).
#include <seccomp.h>
