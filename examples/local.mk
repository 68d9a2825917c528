# SPDX-License-Identifier: BSD-3-Clause
# The examples have makefiles of their own, against the installed package;
# here they are only shipped.
