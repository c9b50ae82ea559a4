// Any INFO: its lines can be put together again from what was read, and its JSON has no key twice.
#include "logbook/base/text.h"
#include "logbook/instrument/redis_stats.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace logbook;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    instrument::RedisReading reading;
    reading.info = instrument::parse_redis_info(text);
    size_t kept = 0, lines = 0;
    for (const instrument::InfoSection& section : reading.info.sections) {
        kept += section.fields.size() + section.others.size() + (section.title.empty() ? 0 : 1);
        for (const instrument::InfoField& field : section.fields)
            if (!contains(text, field.name + ":" + field.value)) __builtin_trap();
    }
    for (const std::string& line : split(text, '\n'))
        lines += line.empty() || line == "\r" || line == "# " || line == "# \r" ? 0 : 1;
    if (kept != lines) __builtin_trap();
    if (!parse_json(instrument::to_json(reading.info).dump(), {8u << 20, 32})) __builtin_trap();
    for (const instrument::Judgement& one : instrument::judge_redis(reading, int64_t(size)))
        if (!valid_utf8(one.figure)) __builtin_trap();
    (void)instrument::rates_between(reading, reading);
    return 0;
}
