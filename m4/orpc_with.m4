dnl SPDX-License-Identifier: BSD-3-Clause
dnl ORPC_WITH(name, VAR, pkg-config modules, what it is for)
dnl
dnl Adds --with-NAME=yes|no|auto (default auto). Sets VAR_CFLAGS, VAR_LIBS,
dnl with_NAME to yes or no, the conditional HAVE_VAR and, when found, the
dnl macro HAVE_VAR. An explicit yes that can't be met stops configure.
AC_DEFUN([ORPC_WITH], [
	AC_ARG_WITH([$1],
		[AS_HELP_STRING([--with-$1=@<:@yes|no|auto@:>@], [$4 @<:@auto@:>@])],,
		[with_$1=auto])
	AS_CASE([$with_$1], [yes|no|auto], [],
		[AC_MSG_ERROR([--with-$1 takes yes, no or auto, not '$with_$1'])])
	AS_IF([test "$with_$1" != no], [
		PKG_CHECK_MODULES([$2], [$3], [orpc_found=yes], [orpc_found=no])
		AS_IF([test "$orpc_found:$with_$1" = no:yes],
			[AC_MSG_ERROR([--with-$1 was given, but $3 is missing: $$2_PKG_ERRORS])])
		with_$1=$orpc_found
	])
	AS_IF([test "$with_$1" = yes],
		[AC_DEFINE([HAVE_$2], [1], [Define to 1 to build: $4.])])
	AM_CONDITIONAL([HAVE_$2], [test "$with_$1" = yes])
])
