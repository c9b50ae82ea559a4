// Nothing here may allocate: the heap may be what broke.
#include "crash_trace.h"

#include <csignal>
#include <ctime>
#include <execinfo.h>
#include <string_view>
#include <unistd.h>

namespace logbook::cli {
namespace {

constexpr int deepest = 64;
char other_stack[64 * 1024];  // the handler's own, since a crash may be an overflow of the stack

class Line {
  public:
    void text(std::string_view more) {
        for (const char c : more)
            if (size_ < sizeof bytes_) bytes_[size_++] = c;
    }
    void number(long value, int digits) {
        char reversed[20];
        int n = 0;
        for (; n < digits || value > 0; value /= 10) reversed[n++] = char('0' + value % 10);
        while (n > 0) text({&reversed[--n], 1});
    }
    void write() const { (void)!::write(STDERR_FILENO, bytes_, size_); }

  private:
    char bytes_[256];
    size_t size_ = 0;
};

// gmtime_r(3) is not promised to be safe in a handler: days since 1970 to a date, by the civil calendar.
void stamp(Line& line) {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    const long days = now.tv_sec / 86'400 + 719'468, second = now.tv_sec % 86'400;
    const long era = days / 146'097, of_era = days % 146'097;
    const long year_of_era = (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
    const long of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const long shifted = (5 * of_year + 2) / 153;
    const long month = shifted < 10 ? shifted + 3 : shifted - 9;
    line.number(year_of_era + era * 400 + (month <= 2 ? 1 : 0), 4);
    for (const auto& [sign, value] : {std::pair("-", month),
                                      {"-", of_year - (153 * shifted + 2) / 5 + 1},
                                      {" ", second / 3600},
                                      {":", second / 60 % 60},
                                      {":", second % 60}}) {
        line.text(sign);
        line.number(value, 2);
    }
}

void tell(int number) {
    Line line;
    stamp(line);
    line.text(" | CRITICAL | crash_trace:tell:0 - Crashed by signal ");
    line.number(number, 1);
    line.text("; the stack, innermost first:\n");
    line.write();
    void* frames[deepest];
    ::backtrace_symbols_fd(frames, ::backtrace(frames, deepest), STDERR_FILENO);
    ::raise(number);  // SA_RESETHAND: now as it would have been
}

}  // namespace

void leave_trace_of_crashes() {
    void* frame = nullptr;
    ::backtrace(&frame, 1);  // loads what it needs, which must not happen in the handler
    stack_t stack{};
    stack.ss_sp = other_stack;
    stack.ss_size = sizeof other_stack;
    ::sigaltstack(&stack, nullptr);
    struct sigaction action {};
    action.sa_handler = tell;
    action.sa_flags = int(SA_RESETHAND | SA_ONSTACK | SA_NODEFER);
    for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) ::sigaction(number, &action, nullptr);
}

}  // namespace logbook::cli
