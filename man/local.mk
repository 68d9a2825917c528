# SPDX-License-Identifier: BSD-3-Clause
# One line a page, in the order of the sections.
#   dist_man_MANS += man/idlc.1
