// Terminal facts from ioctl and the environment.
#include "view/terminal.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

#include "logbook/base/text.h"

namespace logbook::cli {
namespace {

std::string_view variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

// POSIX: LC_ALL, then LC_CTYPE, then LANG; the first that is not empty.
bool locale_is_utf8() {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        const std::string value = lower(variable(name));
        if (!value.empty()) return contains(value, "utf-8") || contains(value, "utf8");
    }
    return false;
}

size_t width_of(int fd) {
    size_t width = 100;
    winsize size{};
    const long columns = std::strtol(std::string(variable("COLUMNS")).c_str(), nullptr, 10);
    if (columns > 0 && columns < 10'000)
        width = size_t(columns);
    else if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        width = size.ws_col;
    return std::clamp<size_t>(width, 40, 160);
}

}  // namespace

Terminal terminal_of(int fd, const std::string& color) {
    Terminal terminal;
    terminal.tty = ::isatty(fd) == 1;
    terminal.utf8 = locale_is_utf8();
    terminal.width = width_of(fd);
    terminal.redraws = terminal.tty && variable("TERM") != "dumb";
    const bool wanted = terminal.redraws && variable("NO_COLOR").empty();
    terminal.color = color == "always" || (color == "auto" && wanted);
    return terminal;
}

}  // namespace logbook::cli
