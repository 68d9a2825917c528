/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which system calls are left to orpcbind once it listens: a list of what the
 * loop, the sockets, the journal, the C library's memory and threads need,
 * and a few that are right with certain arguments only.  Tests run the whole
 * binder in a thread that is confined so, with any other call deadly.
 */
#include "runtime/binder/confine.h"

#include <errno.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "xdr/base.h"

static const char *const allowed[] = {
	/* connections and datagrams */
	"accept", "accept4", "bind", "connect", "getpeername", "getsockname",
	"getsockopt", "listen", "recv", "recvfrom", "recvmmsg", "recvmsg",
	"send", "sendmmsg", "sendmsg", "sendto", "setsockopt", "shutdown",
	/* the loop */
	"clock_gettime", "clock_nanosleep", "epoll_create1", "epoll_ctl",
	"epoll_pwait", "epoll_pwait2", "epoll_wait", "eventfd2",
	"gettimeofday", "nanosleep", "poll", "ppoll", "signalfd4", "time",
	"timerfd_create", "timerfd_settime",
	/* journal and settings; /proc/PID/stat */
	"access", "close", "faccessat", "faccessat2", "fcntl", "fdatasync",
	"flock", "fstat", "fsync", "ftruncate", "lseek", "newfstatat", "open",
	"openat", "pread64", "pwrite64", "read", "readv", "rename",
	"renameat", "renameat2", "stat", "statx", "unlink", "unlinkat",
	"write", "writev",
	/* memory */
	"brk", "madvise", "mremap", "munmap",
	/* threads and signals of the C library */
	"exit", "exit_group", "futex", "get_robust_list", "membarrier",
	"restart_syscall", "rseq", "rt_sigaction", "rt_sigprocmask",
	"rt_sigreturn", "sched_getaffinity", "sched_yield", "set_robust_list",
	"sigaltstack", "sigreturn",
	/* what is asked about ourselves */
	"getegid", "geteuid", "getgid", "getpid", "getrandom", "gettid",
	"getuid", "sysinfo", "uname",
};

/* Nothing here leads on to another program. */
static const char *const deadly[] = {
	"execve", "execveat", "fork", "vfork", "process_vm_readv",
	"process_vm_writev", "ptrace",
};

bool
confine_is_built(void)
{
	return true;
}

/* ---- Rules ------------------------------------------------------------------ */

/* A name that this machine or library doesn't know needs no rule. */
static int
rule_add(scmp_filter_ctx filter, uint32_t action, const char *name)
{
	int number = seccomp_syscall_resolve_name(name);

	return number == __NR_SCMP_ERROR ? 0 :
	    seccomp_rule_add(filter, action, number, 0);
}

static int
rules_add(scmp_filter_ctx filter, uint32_t action, const char *const *names,
    size_t n)
{
	int result = 0;

	for (size_t i = 0; i < n && !result; i++)
		result = rule_add(filter, action, names[i]);
	return result;
}

/* Allows a call whose argument, of the bits in mask, is value. */
static int
rule_if(scmp_filter_ctx filter, int number, unsigned argument, uint64_t mask,
    uint64_t value)
{
	const struct scmp_arg_cmp want =
	    SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, mask, value);

	return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, number, 1,
	    &want);
}

/* Calls that are right with certain arguments. */
static int
rules_with_arguments(scmp_filter_ctx filter)
{
	static const int families[] = { AF_UNIX, AF_INET, AF_INET6,
		AF_NETLINK };
	int result = 0;

	for (size_t i = 0; i < ARRAY_LEN(families) && !result; i++)
		result = rule_if(filter, SCMP_SYS(socket), 0, UINT32_MAX,
		    (uint64_t)families[i]);
	/* No memory becomes code. */
	if (!result)
		result = rule_if(filter, SCMP_SYS(mmap), 2, PROT_EXEC, 0);
	if (!result)
		result = rule_if(filter, SCMP_SYS(mprotect), 2, PROT_EXEC, 0);
	/* Is there such a process?  No signal but our own abort's. */
	if (!result)
		result = rule_if(filter, SCMP_SYS(kill), 1, UINT32_MAX, 0);
	if (!result)
		result = rule_if(filter, SCMP_SYS(tgkill), 0, UINT32_MAX,
		    (uint64_t)getpid());
	/* Threads, not processes.  The filter can't look at what clone3 is
	 * told; when there is no clone3 the C library takes clone. */
	if (!result)
		result = rule_if(filter, SCMP_SYS(clone), 0, CLONE_THREAD,
		    CLONE_THREAD);
	if (!result)
		result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS),
		    SCMP_SYS(clone3), 0);
	return result;
}

static int
filter_fill(scmp_filter_ctx filter, bool all_threads)
{
	int result;

	result = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH,
	    SCMP_ACT_KILL_PROCESS);
	if (!result && all_threads)
		result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	/* An older kernel refuses without a word in its log. */
	(void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_LOG, 1);
	if (!result)
		result = rules_add(filter, SCMP_ACT_ALLOW, allowed,
		    ARRAY_LEN(allowed));
	if (!result)
		result = rules_with_arguments(filter);
	return result;
}

int
confine(enum confine_mode mode, bool all_threads, char *error, size_t n_error)
{
	scmp_filter_ctx filter;
	int result = -ENOMEM;

	if (mode == CONFINE_OFF)
		return 0;
	filter = seccomp_init(mode == CONFINE_KILL ? SCMP_ACT_KILL_PROCESS :
	    SCMP_ACT_ERRNO(EPERM));
	if (filter) {
		result = filter_fill(filter, all_threads);
		/* The default's own action would be refused as a rule. */
		if (!result && mode != CONFINE_KILL)
			result = rules_add(filter, SCMP_ACT_KILL_PROCESS,
			    deadly, ARRAY_LEN(deadly));
		if (!result)
			result = seccomp_load(filter);
		seccomp_release(filter);
	}
	if (!result)
		return 0;
	snprintf(error, n_error, "%s", strerror(-result));
	return -1;
}

void
confine_text(enum confine_mode mode, char *buf, size_t n)
{
	if (mode == CONFINE_OFF)
		snprintf(buf, n, "any");
	else
		snprintf(buf, n, "%zu and no other: another %s",
		    ARRAY_LEN(allowed), mode == CONFINE_KILL ?
		    "ends the process (SIGSYS)" : "fails (EPERM), is in the "
		    "kernel's log, and ends the process where it would start "
		    "or trace another");
}
