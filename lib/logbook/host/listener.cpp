// Finding a port's holder through /proc: the socket's inode first, then the process whose descriptor it is.
#include "logbook/host/listener.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <filesystem>

#include "logbook/base/text.h"
#include "logbook/host/file.h"

namespace logbook::host {
namespace {

constexpr uint64_t most_bytes = 8u << 20;
constexpr std::string_view listening = "0A";  // TCP_LISTEN in include/net/tcp_states.h

template <typename Number>
bool read_number(std::string_view text, Number& out, int base) {
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), out, base);
    return bad == std::errc() && end == text.data() + text.size();
}

// The kernel prints each 32-bit word of an address in the machine's byte order.
std::string address_of(std::string_view words_in_hex) {
    unsigned char bytes[16] = {};
    const size_t words = words_in_hex.size() / 8;
    if (words_in_hex.size() % 8 != 0 || (words != 1 && words != 4)) return {};
    for (size_t i = 0; i < words; ++i) {
        uint32_t word = 0;
        if (!read_number(words_in_hex.substr(i * 8, 8), word, 16)) return {};
        std::copy_n(reinterpret_cast<const unsigned char*>(&word), 4, bytes + i * 4);
    }
    char text[INET6_ADDRSTRLEN] = {};
    ::inet_ntop(words == 1 ? AF_INET : AF_INET6, bytes, text, sizeof text);
    return text;
}

std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> words;
    for (std::string& word : split(line, ' '))
        if (!word.empty()) words.push_back(std::move(word));
    return words;
}

// Fills in pid and program of the sockets whose inode a process holds.
void find_holders(const std::vector<ListeningSocket>& sockets, std::vector<Listener>& listeners) {
    namespace fs = std::filesystem;
    std::error_code error;
    for (const auto& process : fs::directory_iterator("/proc", error)) {
        pid_t pid = 0;
        if (!read_number(process.path().filename().string(), pid, 10)) continue;
        std::error_code denied;
        for (const auto& entry : fs::directory_iterator(process.path() / "fd", denied)) {
            std::error_code gone;
            const std::string target = fs::read_symlink(entry.path(), gone).string();
            if (target.compare(0, 8, "socket:[") != 0) continue;
            for (size_t i = 0; i < sockets.size(); ++i) {
                if (target != "socket:[" + std::to_string(sockets[i].inode) + "]" || listeners[i].pid)
                    continue;
                listeners[i].pid = pid;
                if (const auto name = read_file(process.path() / "comm", 64))
                    listeners[i].program = printable(trim(name->bytes), 32);
            }
        }
    }
}

}  // namespace

std::vector<ListeningSocket> parse_listening(std::string_view proc_net_tcp, uint16_t port) {
    std::vector<ListeningSocket> sockets;
    for (const std::string& line : split(proc_net_tcp, '\n')) {
        // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …
        const std::vector<std::string> words = words_of(line);
        if (words.size() < 10 || words[3] != listening) continue;
        const std::vector<std::string> local = split(words[1], ':');
        uint16_t local_port = 0;
        ListeningSocket socket;
        if (local.size() != 2 || !read_number(local[1], local_port, 16) || local_port != port) continue;
        if (!read_number(words[9], socket.inode, 10)) continue;
        socket.address = address_of(local[0]);
        sockets.push_back(std::move(socket));
    }
    return sockets;
}

std::vector<Listener> listeners_on(uint16_t port) {
    std::vector<ListeningSocket> sockets;
    for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"})
        if (const auto text = read_file(table, most_bytes))
            for (ListeningSocket& socket : parse_listening(text->bytes, port))
                sockets.push_back(std::move(socket));
    std::vector<Listener> listeners;
    listeners.reserve(sockets.size());
    for (const ListeningSocket& socket : sockets) listeners.push_back({socket.address, std::nullopt, {}});
    if (!listeners.empty()) find_holders(sockets, listeners);
    return listeners;
}

}  // namespace logbook::host
