# What every test runs with; sourced by run.sh and full.sh.
# shellcheck shell=sh
# Sanitizers: a finding ends the test. The connector's and glibc's own one-time allocations are not leaks of ours.
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0:strict_string_checks=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
# An interrupt ends the program in the middle of a question; its thread is left behind on purpose.
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:report_thread_leaks=0
# No test may ask a terminal or a session of the one who runs it.
unset LOGBOOKCTL_PROJECT_DIR LOGBOOKCTL_ENV_FILE LOGBOOKCTL_OUTPUT LOGBOOKCTL_TIMEOUT LOGBOOKCTL_COLOR || true
