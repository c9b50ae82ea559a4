// A file's first line; a terminal with its echo off.
#include "password_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include "logbook/base/fd.h"
#include "logbook/base/text.h"
#include "logbook/host/file.h"

namespace logbook::cli {
namespace {

constexpr uint64_t largest_file = 4096;
constexpr size_t longest_password = 1024;

// The echo comes back at the end of its life.
class Silence {
  public:
    explicit Silence(int fd) : fd_(fd) {
        if (::tcgetattr(fd_, &before_) != 0) return;
        termios quiet = before_;
        quiet.c_lflag &= ~tcflag_t(ECHO);
        changed_ = ::tcsetattr(fd_, TCSAFLUSH, &quiet) == 0;
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;
    ~Silence() {
        if (changed_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
    }
    bool works() const { return changed_; }

  private:
    int fd_;
    termios before_{};
    bool changed_ = false;
};

Result<Secret> ask(int fd, const std::string& question) {
    (void)!::write(fd, question.data(), question.size());
    std::string line;
    for (char c = 0;;) {
        const ssize_t n = ::read(fd, &c, 1);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return fail(ErrorCode::invalid, "no password was given");
        if (c == '\n') break;
        if (line.size() == longest_password) return fail(ErrorCode::invalid, "the password is too long");
        line += c;
    }
    (void)!::write(fd, "\n", 1);
    return Secret(std::move(line));
}

}  // namespace

Result<Secret> read_password_file(App& app, const std::filesystem::path& path) {
    const std::string name = printable(path.string(), 300);
    const auto text = host::read_file(path, largest_file);
    if (!text) return fail(text.error());
    if ((text->facts.mode & 077) != 0)
        return fail(ErrorCode::denied,
                    fmt::format("{} may be read by others (mode {:04o})", name, unsigned(text->facts.mode)),
                    "chmod 600 " + shell_quoted(name));
    std::string_view password = text->bytes;
    while (!password.empty() && (password.back() == '\n' || password.back() == '\r'))
        password.remove_suffix(1);
    Secret secret{std::string(password)};
    app.redactor.add(secret);
    return secret;
}

Result<Secret> ask_new_password(App& app, const std::string& whose) {
    const Fd terminal(app.global.no_input ? -1 : ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
    if (terminal.get() < 0)
        return fail(ErrorCode::invalid, "there is no terminal to ask for the password",
                    "put it into a file of mode 0600 and name that with --password-file");
    const Silence silence(terminal.get());
    if (!silence.works()) return fail(ErrorCode::io, "the terminal's echo cannot be switched off");
    const auto once = ask(terminal.get(), fmt::format("Password of {}: ", whose));
    if (!once) return once;
    const auto twice = ask(terminal.get(), "Once more: ");
    if (!twice) return twice;
    if (!(*once == *twice)) return fail(ErrorCode::invalid, "the two are not the same");
    app.redactor.add(*once);
    return once;
}

}  // namespace logbook::cli
