dnl SPDX-License-Identifier: BSD-3-Clause
dnl How our code is compiled: warnings, sanitizers, hardening. Each macro
dnl fills variables that Makefile.am uses and leaves CFLAGS to the user.

dnl ORPC_TRY_FLAGS(VAR, flags, [extra flags while testing])
dnl Appends to VAR each of FLAGS that the compiler takes.
AC_DEFUN([ORPC_TRY_FLAGS], [
	for orpc_flag in m4_normalize([$2]); do
		AX_CHECK_COMPILE_FLAG([$orpc_flag],
			[AS_VAR_APPEND([$1], [" $orpc_flag"])],, [-Werror $3])
	done
])

dnl ORPC_WARNINGS(yes|no)
dnl WARN_CFLAGS is for all we compile; STRICT_CFLAGS is for libraries and
dnl programs on top of it, but not for what flex and bison write.
AC_DEFUN([ORPC_WARNINGS], [
	WARN_CFLAGS=
	STRICT_CFLAGS=
	ORPC_TRY_FLAGS([WARN_CFLAGS],
		[-Wall -Wextra -Wpedantic -Wshadow -Wundef -Wvla -Wwrite-strings
		 -Wpointer-arith -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes
		 -Wold-style-definition -Wimplicit-fallthrough])
	ORPC_TRY_FLAGS([STRICT_CFLAGS], [-Wconversion -Wcast-qual])
	AS_IF([test "$1" = yes], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])
	AC_SUBST([WARN_CFLAGS])
	AC_SUBST([STRICT_CFLAGS])
])

dnl ORPC_SANITIZERS
dnl --enable-sanitizers=LIST takes what -fsanitize= takes: address,undefined
dnl or thread or memory. Plain --enable-sanitizers is address,undefined.
AC_DEFUN([ORPC_SANITIZERS], [
	AC_ARG_ENABLE([sanitizers],
		[AS_HELP_STRING([--enable-sanitizers=LIST],
			[compile with -fsanitize=LIST @<:@address,undefined@:>@])],,
		[enable_sanitizers=no])
	AS_IF([test "$enable_sanitizers" = yes],
		[enable_sanitizers=address,undefined])
	SANITIZE_CFLAGS=
	AS_IF([test "$enable_sanitizers" != no], [
		SANITIZE_CFLAGS="-fsanitize=$enable_sanitizers -fno-sanitize-recover=all -fno-omit-frame-pointer"
		orpc_save_cflags=$CFLAGS
		CFLAGS="$CFLAGS $SANITIZE_CFLAGS"
		AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],,
			[AC_MSG_ERROR([$CC can't build with $SANITIZE_CFLAGS])])
		CFLAGS=$orpc_save_cflags
	])
	AC_SUBST([SANITIZE_CFLAGS])
	dnl A library that forgot a source fails to link; but a sanitizer's
	dnl functions are only found by the program.
	AS_IF([test "$enable_sanitizers" = no],
		[DEFS_LDFLAGS="-Wl,-z,defs"], [DEFS_LDFLAGS=])
	AC_SUBST([DEFS_LDFLAGS])
	AM_CONDITIONAL([SANITIZERS], [test "$enable_sanitizers" != no])
])

dnl ORPC_HARDENING(set|)
dnl Hardens only where the user chose no CFLAGS and no sanitizer runs.
AC_DEFUN([ORPC_HARDENING], [
	HARDEN_CFLAGS=
	HARDEN_LDFLAGS=
	orpc_hardening=no
	AS_IF([test "$1:$enable_sanitizers" = :no], [
		ORPC_TRY_FLAGS([HARDEN_CFLAGS],
			[-fstack-protector-strong -fstack-clash-protection
			 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2], [-O2])
		AX_CHECK_LINK_FLAG([-Wl,-z,relro,-z,now],
			[HARDEN_LDFLAGS="-Wl,-z,relro,-z,now"])
		orpc_hardening=yes
	])
	AC_SUBST([HARDEN_CFLAGS])
	AC_SUBST([HARDEN_LDFLAGS])
])

dnl ORPC_NEED_LIBFUZZER
AC_DEFUN([ORPC_NEED_LIBFUZZER], [
	orpc_save_cflags=$CFLAGS
	CFLAGS="$CFLAGS -fsanitize=fuzzer-no-link"
	AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],,
		[AC_MSG_ERROR([--enable-fuzzers needs a compiler with -fsanitize=fuzzer (CC=clang)])])
	CFLAGS=$orpc_save_cflags
	AC_SUBST([FUZZ_CFLAGS], [-fsanitize=fuzzer-no-link])
	AC_SUBST([FUZZ_LDFLAGS], [-fsanitize=fuzzer])
])
