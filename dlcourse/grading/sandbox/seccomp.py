"""The system calls that a student's process may make: a list, by libseccomp; no other one works.

Threads can be started, processes cannot. Sockets cannot be opened but in pairs, as asyncio does:
pairs of streams, because datagrams could be sent to any socket in the file system. Signals reach
the process itself alone. Memory is private: shared mappings and memfd hold memory, or blocks of a
disk, that nothing which watches the process can see. Modes, owners and times of files cannot be
changed: Landlock does not guard them.
"""

import errno
import fcntl
import os
import socket
from collections.abc import Iterator
from typing import Any

import pyseccomp

_ALLOWED = """
    read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 lseek
    open openat close close_range creat access faccessat faccessat2 dup dup2 dup3 pipe pipe2
    stat lstat fstat newfstatat statx statfs fstatfs getdents getdents64 getcwd chdir fchdir
    readlink readlinkat mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2
    link linkat symlink symlinkat truncate ftruncate umask fsync fdatasync sync_file_range
    sendfile copy_file_range fadvise64 flock
    poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait
    epoll_pwait2 eventfd eventfd2 timerfd_create timerfd_settime timerfd_gettime
    sendto recvfrom sendmsg recvmsg sendmmsg recvmmsg shutdown getsockname getpeername
    getsockopt setsockopt
    munmap mremap mprotect madvise mincore msync brk mlock munlock get_mempolicy membarrier
    futex futex_waitv get_robust_list set_robust_list set_tid_address rseq arch_prctl
    pkey_alloc pkey_free pkey_mprotect
    sched_yield sched_getaffinity sched_getparam sched_getscheduler sched_get_priority_max
    sched_get_priority_min getcpu
    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait
    sigaltstack pause alarm setitimer getitimer restart_syscall
    timer_create timer_settime timer_gettime timer_getoverrun timer_delete
    clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times
    getpid getppid gettid getpgrp getpgid getsid getuid geteuid getgid getegid getresuid
    getresgid getgroups capget getpriority getrusage getrlimit sysinfo uname getrandom
    wait4 waitid exit exit_group
"""

# Refused as a matter of permission, which says what happened. Every other call does not exist:
# libraries then do without, as they do on a kernel too old for it.
_REFUSED = """
    fork vfork execve execveat ptrace process_vm_readv process_vm_writev pidfd_open
    pidfd_send_signal pidfd_getfd tkill rt_sigqueueinfo rt_tgsigqueueinfo
    socket connect bind listen accept accept4
    mount umount2 pivot_root chroot unshare setns move_mount open_tree fsopen fsmount mount_setattr
    chmod fchmod fchmodat chown fchown lchown fchownat utime utimes utimensat futimesat
    setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr mknod mknodat
    setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid capset
    setpriority ioprio_set sched_setscheduler sched_setparam sched_setattr setpgid setsid
    shmget shmat shmctl msgget semget semop mq_open keyctl add_key request_key
    bpf perf_event_open userfaultfd io_uring_enter open_by_handle_at name_to_handle_at
    kexec_load init_module finit_module delete_module reboot swapon swapoff quotactl acct
    settimeofday clock_settime adjtimex sethostname setdomainname syslog personality
    inotify_init inotify_init1 fanotify_init vmsplice splice tee fallocate
"""

_REFUSE = pyseccomp.ERRNO(errno.EPERM)
_MAP_SHARED = 0x01
_CLONE_THREAD = 0x00010000
_SOCKET_TYPES = 0xF
_PR_SET_NAME, _PR_GET_NAME = 15, 16
# No F_SETOWN: an open file would send signals to whom it names.
_FCNTLS = (
    fcntl.F_DUPFD, fcntl.F_DUPFD_CLOEXEC, fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_GETFL,
    fcntl.F_SETFL, fcntl.F_GETLK, fcntl.F_SETLK, fcntl.F_SETLKW, fcntl.F_OFD_GETLK,
    fcntl.F_OFD_SETLK, fcntl.F_OFD_SETLKW, fcntl.F_GETPIPE_SZ, fcntl.F_SETPIPE_SZ,
)  # fmt: skip
# Questions about terminals and pipes; none that types into a terminal (TIOCSTI).
_IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)


def load() -> None:
    """Bind this process, and the threads it starts, to the list. Nothing takes this back.

    Sets no_new_privs. Raises OSError where the kernel has no seccomp.
    """
    rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.ENOSYS))
    rules.set_attr(pyseccomp.Attr.ACT_BADARCH, pyseccomp.KILL_PROCESS)
    for name in filter(_is_known, _ALLOWED.split()):
        rules.add_rule(pyseccomp.ALLOW, name)
    for name in filter(_is_known, _REFUSED.split()):
        rules.add_rule(_REFUSE, name)
    for action, name, *conditions in _conditions():
        rules.add_rule(action, name, *conditions)
    rules.load()


def _conditions() -> Iterator[tuple[Any, ...]]:
    """Yield action, name and conditions of the calls that are allowed with some arguments only."""
    allow, equal, masked = pyseccomp.ALLOW, pyseccomp.EQ, pyseccomp.MASKED_EQ
    for name, commands in (("ioctl", _IOCTLS), ("fcntl", _FCNTLS)):
        for command in commands:
            yield allow, name, pyseccomp.Arg(1, masked, 0xFFFFFFFF, command)
    for option in (_PR_SET_NAME, _PR_GET_NAME):
        yield allow, "prctl", pyseccomp.Arg(0, masked, 0xFFFFFFFF, option)
    unix = pyseccomp.Arg(0, equal, socket.AF_UNIX)
    stream = pyseccomp.Arg(1, masked, _SOCKET_TYPES, socket.SOCK_STREAM)
    yield allow, "socketpair", unix, stream
    yield allow, "clone", pyseccomp.Arg(0, masked, _CLONE_THREAD, _CLONE_THREAD)
    yield _REFUSE, "clone", pyseccomp.Arg(0, masked, _CLONE_THREAD, 0)
    yield allow, "mmap", pyseccomp.Arg(3, masked, _MAP_SHARED, 0)
    yield _REFUSE, "mmap", pyseccomp.Arg(3, masked, _MAP_SHARED, _MAP_SHARED)
    own = {"kill": os.getpid(), "tgkill": os.getpid(), "prlimit64": 0, "sched_setaffinity": 0}
    for name, itself in own.items():
        yield allow, name, pyseccomp.Arg(0, equal, itself)
        yield _REFUSE, name, pyseccomp.Arg(0, pyseccomp.NE, itself)


def _is_known(name: str) -> bool:
    """Say whether this architecture, and this libseccomp, has a call of that name."""
    return pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name) >= 0
