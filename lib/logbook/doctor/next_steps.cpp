// The next steps. No command here changes anything but what its words say.
#include "logbook/doctor/next_steps.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

using net::TlsFault;
using probe::HealthState;
using runbook::Risk;
using runbook::Step;

Step ask_again(const Origin& asked) {
    return {"then ask again", "logbookctl health --url " + shell_quoted(asked.text()), Risk::none};
}

Step reload() {
    return {"have nginx read its files anew, if they are sound",
            "sudo nginx -t && sudo systemctl reload nginx", Risk::none};
}

Step look_at_chain(const Origin& asked) {
    const std::string bare = replace_all(replace_all(asked.host, "[", ""), "]", "");
    return {"see what the server sends",
            fmt::format("openssl s_client -connect {} -servername {} -showcerts </dev/null",
                        shell_quoted(asked.host + ":" + asked.port_or_default()), shell_quoted(bare)),
            Risk::none};
}

Step trust_private(const Origin& asked) {
    return {"or, where a private authority is meant, have its certificate trusted for this question",
            "SSL_CERT_FILE=/path/to/authority.pem logbookctl health --url " + shell_quoted(asked.text()),
            Risk::none};
}

}  // namespace

std::vector<Step> steps_for_renewal(const Origin& asked) {
    return {
        {"see whether it was renewed on disk and only never loaded", "sudo certbot certificates", Risk::none},
        {"renew what is due (for certificates of certbot)", "sudo certbot renew", Risk::none},
        reload(),
        ask_again(asked)};
}

std::vector<Step> steps_for_certificate(TlsFault fault, const Origin& asked,
                                        const std::vector<net::Certificate>& chain) {
    switch (fault) {
    case TlsFault::expired:
        return steps_for_renewal(asked);
    case TlsFault::not_yet_valid:
        return {{"compare this machine's clock with the true time", "timedatectl", Risk::none},
                look_at_chain(asked)};
    case TlsFault::wrong_name:
        return {{"see which names the certificates of this machine have", "sudo certbot certificates",
                 Risk::none},
                {fmt::format("in nginx, the server block with `server_name {};` must name a certificate with "
                             "that name in `ssl_certificate`",
                             asked.host),
                 {},
                 Risk::none},
                reload(),
                ask_again(asked)};
    case TlsFault::self_signed:
        return {{"get a certificate that browsers trust (certbot, for nginx)",
                 "sudo certbot --nginx -d " + shell_quoted(asked.host), Risk::none},
                trust_private(asked)};
    case TlsFault::unknown_issuer:
        if (chain.size() == 1)
            return {{"in nginx, send the whole chain, not the server's certificate alone (certbot: "
                     "fullchain.pem, "
                     "not cert.pem)",
                     fmt::format("ssl_certificate /etc/letsencrypt/live/{}/fullchain.pem;", asked.host),
                     Risk::none},
                    reload(),
                    trust_private(asked)};
        return {look_at_chain(asked), trust_private(asked)};
    case TlsFault::none:
    case TlsFault::handshake:
    case TlsFault::other:
        break;
    }
    return {look_at_chain(asked)};
}

std::vector<Step> steps_in_front(HealthState state, const Origin& asked, const std::string& backend) {
    const std::string port = asked.port_or_default();
    switch (state) {
    case HealthState::healthy:
        return {};
    case HealthState::bad_gateway:
        return {{"look at the backend itself, past the proxy", "logbookctl doctor", Risk::none},
                {"if that is healthy, the proxy asks elsewhere; in nginx:", "proxy_pass " + backend + ";",
                 Risk::none}};
    case HealthState::silent:
        return {{"look at the backend itself, past the proxy", "logbookctl doctor", Risk::none}};
    case HealthState::degraded:
    case HealthState::unhealthy:
    case HealthState::starting:
    case HealthState::absent:
        return {{"the front is well; look behind it", "logbookctl doctor", Risk::none}};
    case HealthState::bad_host:
        return {
            {"add the address to the list in .env, and keep what stands there",
             "ALLOWED_ORIGINS=" + asked.text(), Risk::none},
            {"or the proxy hides the name; in nginx:", "proxy_set_header Host $host;", Risk::none},
            {"how to make that take effect without danger", "logbookctl explain config.hosts", Risk::none}};
    case HealthState::redirect:
        return {{"have the proxy pass /health on to the backend; in nginx:",
                 "location = /health { proxy_pass " + backend + "; }", Risk::none},
                reload()};
    case HealthState::redirect_loop:
        return {{"two servers disagree on who makes it https: the inner one must not redirect what came by "
                 "https; "
                 "in the outer nginx:",
                 "proxy_set_header X-Forwarded-Proto $scheme;", Risk::none},
                {"at Cloudflare, encryption mode \"Full (strict)\" instead of \"Flexible\"", {}, Risk::none},
                {"see each step", "curl -sSIL --max-redirs 5 " + shell_quoted(asked.text() + "/health"),
                 Risk::none}};
    case HealthState::foreign:
        return {{"have the proxy pass /health on to the backend; in nginx:",
                 "location = /health { proxy_pass " + backend + "; }", Risk::none},
                reload()};
    case HealthState::refused:
        return {{"on the machine that should answer: see whether its proxy listens",
                 fmt::format("sudo ss -ltnp 'sport = :{}'", port), Risk::none}};
    case HealthState::untrusted:
        return {look_at_chain(asked)};
    case HealthState::unreachable:
        return {
            {"see whether the name leads anywhere", "getent ahosts " + shell_quoted(asked.host), Risk::none}};
    }
    return {};
}

}  // namespace logbook::doctor
