# Completion of logbookctl for bash, made by `logbookctl completion bash`. Do not edit.
# shellcheck shell=bash

__logbookctl_everywhere='--version -h --help -C --project-dir -d --deployment --env-file -p --project-name -H --host -o --output --timeout --confirm --color -q --quiet -v --verbose -y --yes --no-input'

# The commands below a command.
__logbookctl_commands() {
    case $1 in
    '') echo 'doctor health explain ps stats restart secrets config logs migrate mysql redis serve sandbox completion' ;;
    'secrets') echo 'generate check' ;;
    'config') echo 'check show drift' ;;
    'logs') echo 'show grep follow scan requests' ;;
    'migrate') echo 'heads history branches current status check plan upgrade backup record graph' ;;
    'mysql') echo 'processlist locks status slow kill' ;;
    'redis') echo 'stats latency memory' ;;
    'sandbox') echo 'up down status' ;;
    *) : ;;
    esac
}

# The options of a command, beside those taken everywhere.
__logbookctl_options() {
    case $1 in
    'doctor') echo '--list --only --skip --waivers --fail-on' ;;
    'health') echo '--url --docs --wait --nagios --watch --interval' ;;
    'explain') echo '--list' ;;
    'stats') echo '--watch' ;;
    'restart') echo '--dry-run --apply-env' ;;
    'secrets generate') echo '--all --write --replace --fresh-install --dry-run' ;;
    'config check') echo '--as' ;;
    'config show') echo '--all' ;;
    'logs show') echo '-f --file --rotated -s --service --source -o --output --since --until --level --rid --tail' ;;
    'logs grep') echo '-e --pattern -E --regex -i --ignore-case --invert --context --count --tail --since --until --level --rid -f --file --rotated -s --service --source -o --output' ;;
    'logs follow') echo '-e --pattern -E --regex -i --ignore-case --invert --from-beginning --tail --for --since --until --level --rid -f --file --rotated -s --service --source -o --output' ;;
    'logs scan') echo '-f --file --rotated -s --service --source --since --until --level --rid' ;;
    'logs requests') echo '-f --file --rotated -s --service --source --since --until --level --rid --top' ;;
    'migrate heads') echo '--dir --image --resolve-dependencies' ;;
    'migrate history') echo '--dir --image -r --rev-range -i --indicate-current' ;;
    'migrate branches') echo '--dir --image' ;;
    'migrate current') echo '--dir --image' ;;
    'migrate status') echo '--dir --image' ;;
    'migrate check') echo '--dir --image --fail-on -o --output' ;;
    'migrate plan') echo '--dir --image --local --rehearse' ;;
    'migrate upgrade') echo '--backup --backup-within --no-backup --stop-backend --local --dir --image --repaired --dry-run -o --output' ;;
    'migrate backup') echo '--stop-backend' ;;
    'migrate record') echo '--backup --backup-within --without-proof --dir --image --dry-run' ;;
    'migrate graph') echo '--dir --image -i --indicate-current --svg' ;;
    'mysql processlist') echo '--user --client --db --command --state --query --busy --idle --in-transaction --all --sort --group --show-literals --watch --interval --login --defaults-file --tls-ca --tls-fingerprint' ;;
    'mysql locks') echo '--over --show-literals --watch --interval --login --defaults-file --tls-ca --tls-fingerprint' ;;
    'mysql status') echo '--fail-on --nagios --login --defaults-file --tls-ca --tls-fingerprint' ;;
    'mysql slow') echo '--top --login --defaults-file --tls-ca --tls-fingerprint' ;;
    'mysql kill') echo '--query --dry-run --show-literals --login --defaults-file --tls-ca --tls-fingerprint' ;;
    'redis stats') echo '--memory --clients --fragmentation --hit-rate --fail-on --nagios --watch --interval --user --password-file --tls-ca --tls-fingerprint' ;;
    'redis latency') echo '--samples --over --user --password-file --tls-ca --tls-fingerprint' ;;
    'redis memory') echo '--keys --top --show-keys --user --password-file --tls-ca --tls-fingerprint' ;;
    'serve') echo '--listen --port --db-retries --db-retry-delay --health-only --create-admin --password-file --email --organization' ;;
    'sandbox up') echo '--dir --detach --no-backend' ;;
    'sandbox down') echo '--dir' ;;
    'sandbox status') echo '--dir' ;;
    *) : ;;
    esac
}

# What an option takes; fails for a flag.
__logbookctl_value() {
    case $1 in
    'doctor:--only') echo 'checks;' ;;
    'doctor:--skip') echo 'checks;' ;;
    'doctor:--waivers') echo 'files;' ;;
    'doctor:--fail-on') echo 'words warn fail;' ;;
    'health:--url') echo '' ;;
    'health:--wait') echo '' ;;
    'health:--interval') echo '' ;;
    'secrets generate:--replace') echo '' ;;
    'config check:--as') echo 'words production staging development;' ;;
    'logs show:-f' | 'logs show:--file') echo 'files;' ;;
    'logs show:-s' | 'logs show:--service') echo '' ;;
    'logs show:--source') echo 'words auto api file;' ;;
    'logs show:-o' | 'logs show:--output') echo 'words table json jsonl;' ;;
    'logs show:--since') echo '' ;;
    'logs show:--until') echo '' ;;
    'logs show:--level') echo 'words debug info warning error critical;' ;;
    'logs show:--rid') echo 'checks;' ;;
    'logs show:--tail') echo '' ;;
    'logs grep:-e' | 'logs grep:--pattern') echo '' ;;
    'logs grep:--context') echo '' ;;
    'logs grep:--tail') echo '' ;;
    'logs grep:--since') echo '' ;;
    'logs grep:--until') echo '' ;;
    'logs grep:--level') echo 'words debug info warning error critical;' ;;
    'logs grep:--rid') echo 'checks;' ;;
    'logs grep:-f' | 'logs grep:--file') echo 'files;' ;;
    'logs grep:-s' | 'logs grep:--service') echo '' ;;
    'logs grep:--source') echo 'words auto api file;' ;;
    'logs grep:-o' | 'logs grep:--output') echo 'words table json jsonl;' ;;
    'logs follow:-e' | 'logs follow:--pattern') echo '' ;;
    'logs follow:--tail') echo '' ;;
    'logs follow:--for') echo '' ;;
    'logs follow:--since') echo '' ;;
    'logs follow:--until') echo '' ;;
    'logs follow:--level') echo 'words debug info warning error critical;' ;;
    'logs follow:--rid') echo 'checks;' ;;
    'logs follow:-f' | 'logs follow:--file') echo 'files;' ;;
    'logs follow:-s' | 'logs follow:--service') echo '' ;;
    'logs follow:--source') echo 'words auto api file;' ;;
    'logs follow:-o' | 'logs follow:--output') echo 'words table json jsonl;' ;;
    'logs scan:-f' | 'logs scan:--file') echo 'files;' ;;
    'logs scan:-s' | 'logs scan:--service') echo '' ;;
    'logs scan:--source') echo 'words auto api file;' ;;
    'logs scan:--since') echo '' ;;
    'logs scan:--until') echo '' ;;
    'logs scan:--level') echo 'words debug info warning error critical;' ;;
    'logs scan:--rid') echo 'checks;' ;;
    'logs requests:-f' | 'logs requests:--file') echo 'files;' ;;
    'logs requests:-s' | 'logs requests:--service') echo '' ;;
    'logs requests:--source') echo 'words auto api file;' ;;
    'logs requests:--since') echo '' ;;
    'logs requests:--until') echo '' ;;
    'logs requests:--level') echo 'words debug info warning error critical;' ;;
    'logs requests:--rid') echo 'checks;' ;;
    'logs requests:--top') echo '' ;;
    'migrate heads:--dir') echo 'folders;' ;;
    'migrate heads:--image') echo '' ;;
    'migrate history:--dir') echo 'folders;' ;;
    'migrate history:--image') echo '' ;;
    'migrate history:-r' | 'migrate history:--rev-range') echo '' ;;
    'migrate branches:--dir') echo 'folders;' ;;
    'migrate branches:--image') echo '' ;;
    'migrate current:--dir') echo 'folders;' ;;
    'migrate current:--image') echo '' ;;
    'migrate status:--dir') echo 'folders;' ;;
    'migrate status:--image') echo '' ;;
    'migrate check:--dir') echo 'folders;' ;;
    'migrate check:--image') echo '' ;;
    'migrate check:--fail-on') echo 'words warn fail;' ;;
    'migrate check:-o' | 'migrate check:--output') echo 'words table json junit github;' ;;
    'migrate plan:--dir') echo 'folders;' ;;
    'migrate plan:--image') echo '' ;;
    'migrate upgrade:--backup') echo 'folders;' ;;
    'migrate upgrade:--backup-within') echo '' ;;
    'migrate upgrade:--dir') echo 'folders;' ;;
    'migrate upgrade:--image') echo '' ;;
    'migrate upgrade:-o' | 'migrate upgrade:--output') echo 'words table json jsonl;' ;;
    'migrate record:--backup') echo 'folders;' ;;
    'migrate record:--backup-within') echo '' ;;
    'migrate record:--dir') echo 'folders;' ;;
    'migrate record:--image') echo '' ;;
    'migrate graph:--dir') echo 'folders;' ;;
    'migrate graph:--image') echo '' ;;
    'mysql processlist:--user') echo '' ;;
    'mysql processlist:--client') echo '' ;;
    'mysql processlist:--db') echo '' ;;
    'mysql processlist:--command') echo '' ;;
    'mysql processlist:--state') echo '' ;;
    'mysql processlist:--query') echo '' ;;
    'mysql processlist:--busy') echo '' ;;
    'mysql processlist:--idle') echo '' ;;
    'mysql processlist:--sort') echo 'words work time rows transaction user id;' ;;
    'mysql processlist:--group') echo 'words user client db command state statement;' ;;
    'mysql processlist:--interval') echo '' ;;
    'mysql processlist:--login') echo 'words auto root app;' ;;
    'mysql processlist:--defaults-file') echo 'files;' ;;
    'mysql processlist:--tls-ca') echo 'files;' ;;
    'mysql processlist:--tls-fingerprint') echo '' ;;
    'mysql locks:--over') echo '' ;;
    'mysql locks:--interval') echo '' ;;
    'mysql locks:--login') echo 'words auto root app;' ;;
    'mysql locks:--defaults-file') echo 'files;' ;;
    'mysql locks:--tls-ca') echo 'files;' ;;
    'mysql locks:--tls-fingerprint') echo '' ;;
    'mysql status:--fail-on') echo 'words warn fail;' ;;
    'mysql status:--login') echo 'words auto root app;' ;;
    'mysql status:--defaults-file') echo 'files;' ;;
    'mysql status:--tls-ca') echo 'files;' ;;
    'mysql status:--tls-fingerprint') echo '' ;;
    'mysql slow:--top') echo '' ;;
    'mysql slow:--login') echo 'words auto root app;' ;;
    'mysql slow:--defaults-file') echo 'files;' ;;
    'mysql slow:--tls-ca') echo 'files;' ;;
    'mysql slow:--tls-fingerprint') echo '' ;;
    'mysql kill:--login') echo 'words auto root app;' ;;
    'mysql kill:--defaults-file') echo 'files;' ;;
    'mysql kill:--tls-ca') echo 'files;' ;;
    'mysql kill:--tls-fingerprint') echo '' ;;
    'redis stats:--memory') echo '' ;;
    'redis stats:--clients') echo '' ;;
    'redis stats:--fragmentation') echo '' ;;
    'redis stats:--hit-rate') echo '' ;;
    'redis stats:--fail-on') echo 'words warn fail;' ;;
    'redis stats:--interval') echo '' ;;
    'redis stats:--user') echo '' ;;
    'redis stats:--password-file') echo 'files;' ;;
    'redis stats:--tls-ca') echo 'files;' ;;
    'redis stats:--tls-fingerprint') echo '' ;;
    'redis latency:--samples') echo '' ;;
    'redis latency:--over') echo '' ;;
    'redis latency:--user') echo '' ;;
    'redis latency:--password-file') echo 'files;' ;;
    'redis latency:--tls-ca') echo 'files;' ;;
    'redis latency:--tls-fingerprint') echo '' ;;
    'redis memory:--keys') echo '' ;;
    'redis memory:--top') echo '' ;;
    'redis memory:--user') echo '' ;;
    'redis memory:--password-file') echo 'files;' ;;
    'redis memory:--tls-ca') echo 'files;' ;;
    'redis memory:--tls-fingerprint') echo '' ;;
    'serve:--listen') echo '' ;;
    'serve:--port') echo '' ;;
    'serve:--db-retries') echo '' ;;
    'serve:--db-retry-delay') echo '' ;;
    'serve:--create-admin') echo '' ;;
    'serve:--password-file') echo 'files;' ;;
    'serve:--email') echo '' ;;
    'serve:--organization') echo '' ;;
    'sandbox up:--dir') echo 'folders;' ;;
    'sandbox down:--dir') echo 'folders;' ;;
    'sandbox status:--dir') echo 'folders;' ;;
    *:-C | *:--project-dir) echo 'folders;' ;;
    *:-d | *:--deployment) echo 'deployments;' ;;
    *:--env-file) echo 'files;' ;;
    *:-p | *:--project-name) echo '' ;;
    *:-H | *:--host) echo '' ;;
    *:-o | *:--output) echo 'words table json;' ;;
    *:--timeout) echo '' ;;
    *:--confirm) echo '' ;;
    *:--color) echo 'words auto always never;' ;;
    *) return 1 ;;
    esac
}

# What a command takes as its n-th word.
__logbookctl_words() {
    case $1 in
    'explain:'*'') echo 'entries;words -;' ;;
    'completion:0') echo 'words bash zsh fish;' ;;
    *) : ;;
    esac
}

__logbookctl_offer() {
    local kind word
    while read -r -d ';' kind; do
        case $kind in
        files) compopt -o filenames 2>/dev/null; while read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$2") ;;
        folders) compopt -o filenames 2>/dev/null; while read -r word; do COMPREPLY+=("$word"); done < <(compgen -d -- "$2") ;;
        entries | checks | deployments)
            while read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$("${COMP_WORDS[0]}" __complete "$kind" 2>/dev/null | cut -f 1)" -- "$2") ;;
        words\ *) while read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "${kind#words }" -- "$2") ;;
        esac
    done <<<"$1"
}

_logbookctl() {
    local cur=${COMP_WORDS[COMP_CWORD]} where='' option='' only_words='' count=0 i word
    COMPREPLY=()
    # Bash breaks --output=json into three words.
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $word == '=' ]]; then
            continue
        elif [[ -n $option ]]; then
            option=''
        elif [[ -z $only_words && $word == -- ]]; then
            only_words=1
        elif [[ -z $only_words && $word == -?* ]]; then
            __logbookctl_value "$where:$word" >/dev/null && option=$word
        elif [[ " $(__logbookctl_commands "$where") " == *" $word "* ]]; then
            where=${where:+$where }$word
        else
            count=$((count + 1))
        fi
    done
    [[ $cur == '=' ]] && cur=''
    if [[ -n $option ]]; then
        __logbookctl_offer "$(__logbookctl_value "$where:$option")" "$cur"
    elif [[ -z $only_words && $cur == -* ]]; then
        while read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$(__logbookctl_options "$where") $__logbookctl_everywhere" -- "$cur")
    else
        __logbookctl_offer "words $(__logbookctl_commands "$where");$(__logbookctl_words "$where:$count")" "$cur"
    fi
}

complete -F _logbookctl logbookctl
