// The log stream's frames, however they are cut, and headers that lie.
#include "logbook/docker/frame.h"

#include <doctest/doctest.h>
#include <vector>

using namespace logbook;
using docker::Channel;
using docker::FrameDecoder;
using docker::Piece;

namespace {

std::string frame(int channel, const std::string& payload) {
    const auto size = payload.size();
    const char header[8] = {char(channel),   0,         0, 0, char(size >> 24), char(size >> 16),
                            char(size >> 8), char(size)};
    return std::string(header, 8) + payload;
}

// Frames put together again from their pieces: "1:text".
struct Collected {
    std::vector<std::string> frames;
    bool open = false;

    bool take(const Piece& piece) {
        CHECK(piece.begins == !open);
        if (piece.begins) frames.push_back(std::to_string(int(piece.channel)) + ":");
        frames.back() += piece.bytes;
        open = !piece.ends;
        return true;
    }
};

}  // namespace

TEST_CASE("any cut of the stream gives the same frames") {
    const std::string bytes =
        frame(1, "out\n") + frame(2, "") + frame(2, "error in two parts\n") + frame(3, "engine");
    const std::vector<std::string> expected = {"1:out\n", "2:", "2:error in two parts\n", "3:engine"};
    for (size_t first = 0; first <= bytes.size(); ++first)
        for (size_t second = first; second <= bytes.size(); second += 5) {
            FrameDecoder decoder;
            Collected got;
            const auto sink = [&](const Piece& piece) { return got.take(piece); };
            CHECK(decoder.feed(bytes.substr(0, first), sink).value());
            CHECK(decoder.feed(bytes.substr(first, second - first), sink).value());
            CHECK(decoder.feed(bytes.substr(second), sink).value());
            CHECK(decoder.finish().has_value());
            CHECK(got.frames == expected);
        }
}

TEST_CASE("a stream that ends inside a frame says so") {
    const std::string bytes = frame(1, "whole\n") + frame(1, "half");
    const auto sink = [](const Piece&) { return true; };
    for (const size_t cut : {size_t(3), size_t(8), size_t(17), bytes.size() - 1}) {
        FrameDecoder decoder;
        CHECK(decoder.feed(bytes.substr(0, cut), sink).value());
        CHECK(decoder.finish().error().code == ErrorCode::closed);
    }
}

TEST_CASE("what is no frame is refused; a giant header takes no memory") {
    const auto sink = [](const Piece&) { return true; };
    FrameDecoder text;
    CHECK(text.feed("2026-11-22 plain text of a TTY", sink).error().code == ErrorCode::protocol);
    FrameDecoder giant;
    CHECK(giant.feed(std::string("\1\0\0\0\xff\xff\xff\xff", 8) + "begin", sink).value());
    CHECK(giant.finish().error().code == ErrorCode::closed);
}

TEST_CASE("the sink ends the decoding") {
    FrameDecoder decoder;
    int seen = 0;
    const auto more =
        decoder.feed(frame(1, "a") + frame(1, "b") + frame(1, "c"), [&](const Piece&) { return ++seen < 2; });
    CHECK_FALSE(more.value());
    CHECK(seen == 2);
}
