# Completion of logbookctl for fish, made by `logbookctl completion fish`. Do not edit.

function __logbookctl_takes_value
    switch "$argv[1]"
        case '*:-C' '*:--project-dir' '*:-d' '*:--deployment' '*:--env-file' '*:-p' '*:--project-name' '*:-H' '*:--host' '*:-o' '*:--output' '*:--timeout' '*:--confirm' '*:--color'
            return 0
        case 'doctor:--only' 'doctor:--skip' 'doctor:--waivers' 'doctor:--fail-on'
            return 0
        case 'health:--url' 'health:--wait' 'health:--interval'
            return 0
        case 'secrets generate:--replace'
            return 0
        case 'config check:--as'
            return 0
        case 'logs show:-f' 'logs show:--file' 'logs show:-s' 'logs show:--service' 'logs show:--source' 'logs show:-o' 'logs show:--output' 'logs show:--since' 'logs show:--until' 'logs show:--level' 'logs show:--rid' 'logs show:--tail'
            return 0
        case 'logs grep:-e' 'logs grep:--pattern' 'logs grep:--context' 'logs grep:--tail' 'logs grep:--since' 'logs grep:--until' 'logs grep:--level' 'logs grep:--rid' 'logs grep:-f' 'logs grep:--file' 'logs grep:-s' 'logs grep:--service' 'logs grep:--source' 'logs grep:-o' 'logs grep:--output'
            return 0
        case 'logs follow:-e' 'logs follow:--pattern' 'logs follow:--tail' 'logs follow:--for' 'logs follow:--since' 'logs follow:--until' 'logs follow:--level' 'logs follow:--rid' 'logs follow:-f' 'logs follow:--file' 'logs follow:-s' 'logs follow:--service' 'logs follow:--source' 'logs follow:-o' 'logs follow:--output'
            return 0
        case 'logs scan:-f' 'logs scan:--file' 'logs scan:-s' 'logs scan:--service' 'logs scan:--source' 'logs scan:--since' 'logs scan:--until' 'logs scan:--level' 'logs scan:--rid'
            return 0
        case 'logs requests:-f' 'logs requests:--file' 'logs requests:-s' 'logs requests:--service' 'logs requests:--source' 'logs requests:--since' 'logs requests:--until' 'logs requests:--level' 'logs requests:--rid' 'logs requests:--top'
            return 0
        case 'migrate heads:--dir' 'migrate heads:--image'
            return 0
        case 'migrate history:--dir' 'migrate history:--image' 'migrate history:-r' 'migrate history:--rev-range'
            return 0
        case 'migrate branches:--dir' 'migrate branches:--image'
            return 0
        case 'migrate current:--dir' 'migrate current:--image'
            return 0
        case 'migrate status:--dir' 'migrate status:--image'
            return 0
        case 'migrate check:--dir' 'migrate check:--image' 'migrate check:--fail-on' 'migrate check:-o' 'migrate check:--output'
            return 0
        case 'migrate plan:--dir' 'migrate plan:--image'
            return 0
        case 'migrate upgrade:--backup' 'migrate upgrade:--backup-within' 'migrate upgrade:--dir' 'migrate upgrade:--image' 'migrate upgrade:-o' 'migrate upgrade:--output'
            return 0
        case 'migrate record:--backup' 'migrate record:--backup-within' 'migrate record:--dir' 'migrate record:--image'
            return 0
        case 'migrate graph:--dir' 'migrate graph:--image'
            return 0
        case 'serve:--listen' 'serve:--port' 'serve:--db-retries' 'serve:--db-retry-delay'
            return 0
        case 'sandbox up:--dir'
            return 0
        case 'sandbox down:--dir'
            return 0
        case 'sandbox status:--dir'
            return 0
    end
    return 1
end

function __logbookctl_is_command
    switch "$argv[1]"
        case 'doctor' 'health' 'explain' 'ps' 'stats' 'restart' 'secrets' 'secrets generate' 'secrets check' 'config' 'config check' 'config show' 'config drift' 'logs' 'logs show' 'logs grep' 'logs follow' 'logs scan' 'logs requests' 'migrate' 'migrate heads' 'migrate history' 'migrate branches' 'migrate current' 'migrate status' 'migrate check' 'migrate plan' 'migrate upgrade' 'migrate backup' 'migrate record' 'migrate graph' 'serve' 'sandbox' 'sandbox up' 'sandbox down' 'sandbox status' 'completion'
            return 0
    end
    return 1
end

# Whether the words so far have led to this command.
function __logbookctl_at
    set -l where ''
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip -eq 1
            set skip 0
        else if string match -q -- '--*=*' $word
            continue
        else if string match -q -- '-?*' $word
            if __logbookctl_takes_value "$where:$word"
                set skip 1
            end
        else if __logbookctl_is_command (string trim -- "$where $word")
            set where (string trim -- "$where $word")
        end
    end
    test "$where" = "$argv[1]"
end

complete -c logbookctl -f
complete -c logbookctl -n '__logbookctl_at \'\'' -a doctor -d 'Name the root cause of what is wrong, and the safe fix'
complete -c logbookctl -n '__logbookctl_at \'\'' -a health -d 'Ask each layer whether it is up, by its body and not only its status'
complete -c logbookctl -n '__logbookctl_at \'\'' -a explain -d 'Say what an error, a code or a log means, and the safe fix'
complete -c logbookctl -n '__logbookctl_at \'\'' -a ps -d 'List the deployment\'s services, their state and their health'
complete -c logbookctl -n '__logbookctl_at \'\'' -a stats -d 'Show what every service uses: CPU, memory, network, disk'
complete -c logbookctl -n '__logbookctl_at \'\'' -a restart -d 'Restart services in their order, each awaited until it is ready'
complete -c logbookctl -n '__logbookctl_at \'\'' -a secrets -d 'Make and audit the secrets in .env'
complete -c logbookctl -n '__logbookctl_at \'\'' -a config -d 'Judge, show and follow the settings in .env'
complete -c logbookctl -n '__logbookctl_at \'\'' -a logs -d 'Read, search and judge logs, record by record'
complete -c logbookctl -n '__logbookctl_at \'\'' -a migrate -d 'Migrations: what is applied, what is pending, a backup'
complete -c logbookctl -n '__logbookctl_at \'\'' -a serve -d 'Serve The Logbook\'s health endpoints from this machine'
complete -c logbookctl -n '__logbookctl_at \'\'' -a sandbox -d 'A throw-away stack of real servers on this machine'
complete -c logbookctl -n '__logbookctl_at \'\'' -a completion -d 'Print the completion script of a shell'
complete -c logbookctl -l version -d 'Print the version'
complete -c logbookctl -s h -l help -d 'Show this help'
complete -c logbookctl -s C -l project-dir -x -a '(__fish_complete_directories)' -d 'The folder with docker-compose.yml and .env'
complete -c logbookctl -s d -l deployment -x -a '(logbookctl __complete deployments 2>/dev/null)' -d 'A deployment named in your config file'
complete -c logbookctl -l env-file -r -F -d 'Read this file instead of .env in the project\'s folder'
complete -c logbookctl -s p -l project-name -x -d 'The Compose project, where several run'
complete -c logbookctl -s H -l host -x -d 'The container engine: unix:///path, tcp://host:port'
complete -c logbookctl -s o -l output -x -a 'table json' -d 'How to print'
complete -c logbookctl -l timeout -x -d 'End the whole run by then (default 10s)'
complete -c logbookctl -l confirm -x -d 'Confirm a severe action by the name that it asks for (repeatable)'
complete -c logbookctl -l color -x -a 'auto always never' -d 'Colour: auto, always or never'
complete -c logbookctl -s q -l quiet -d 'Only the verdict'
complete -c logbookctl -s v -l verbose -d 'More detail'
complete -c logbookctl -s y -l yes -d 'Answer yes to questions about safe steps'
complete -c logbookctl -l no-input -d 'Never ask; refuse instead'
complete -c logbookctl -n '__logbookctl_at \'doctor\'' -l list -d 'List the checks instead of running them'
complete -c logbookctl -n '__logbookctl_at \'doctor\'' -l only -x -a '(logbookctl __complete checks 2>/dev/null)' -d 'Run this check or area, and what it needs (repeatable)'
complete -c logbookctl -n '__logbookctl_at \'doctor\'' -l skip -x -a '(logbookctl __complete checks 2>/dev/null)' -d 'Accept this check\'s finding for now, with a reason (repeatable)'
complete -c logbookctl -n '__logbookctl_at \'doctor\'' -l waivers -r -F -d 'Accepted findings, each with its last day and reason'
complete -c logbookctl -n '__logbookctl_at \'doctor\'' -l fail-on -x -a 'warn fail' -d 'What makes the exit code 1'
complete -c logbookctl -n '__logbookctl_at \'health\'' -l url -x -d 'Ask the public face: certificate, redirect, proxy (default: the https ALLOWED_ORIGINS)'
complete -c logbookctl -n '__logbookctl_at \'health\'' -l docs -d 'Ask /docs, /redoc and /openapi.json too, and say why one is missing'
complete -c logbookctl -n '__logbookctl_at \'health\'' -l wait -x -d 'Ask again until all is healthy, this long at the most'
complete -c logbookctl -n '__logbookctl_at \'health\'' -l nagios -d 'One line with performance data; exit 0, 1, 2 or 3 as monitors expect'
complete -c logbookctl -n '__logbookctl_at \'health\'' -l watch -d 'Ask again and again, until interrupted; with -o json a document a line'
complete -c logbookctl -n '__logbookctl_at \'health\'' -l interval -x -d 'Between two questions of --watch (default 2s)'
complete -c logbookctl -n '__logbookctl_at \'explain\'' -l list -d 'Every entry, one line each'
complete -c logbookctl -n '__logbookctl_at \'explain\'' -a '- (logbookctl __complete entries 2>/dev/null)'
complete -c logbookctl -n '__logbookctl_at \'stats\'' -l watch -d 'Measure again and again, until interrupted; with -o json a document a line'
complete -c logbookctl -n '__logbookctl_at \'restart\'' -l dry-run -d 'Print the plan; change nothing'
complete -c logbookctl -n '__logbookctl_at \'restart\'' -l apply-env -d 'Recreate through Compose what .env or the Compose files give otherwise now'
complete -c logbookctl -n '__logbookctl_at \'secrets\'' -a generate -d 'Make secrets: print them, or fill them into .env'
complete -c logbookctl -n '__logbookctl_at \'secrets\'' -a check -d 'Audit the secrets in .env: placeholders, strength, reuse, spelling'
complete -c logbookctl -n '__logbookctl_at \'secrets generate\'' -l all -d 'Print the three passwords too'
complete -c logbookctl -n '__logbookctl_at \'secrets generate\'' -l write -d 'Fill all six into .env, where they are missing or placeholders'
complete -c logbookctl -n '__logbookctl_at \'secrets generate\'' -l replace -x -d 'Give NAME a new value although it has one (with --confirm=NAME)'
complete -c logbookctl -n '__logbookctl_at \'secrets generate\'' -l fresh-install -d 'Your word that no data exists (with --confirm=DATABASE)'
complete -c logbookctl -n '__logbookctl_at \'secrets generate\'' -l dry-run -d 'Say what would be written, and change nothing'
complete -c logbookctl -n '__logbookctl_at \'config\'' -a check -d 'Judge the settings by the application\'s security gate, before it starts'
complete -c logbookctl -n '__logbookctl_at \'config\'' -a show -d 'Show the effective settings and where each comes from'
complete -c logbookctl -n '__logbookctl_at \'config\'' -a drift -d 'Tell whether .env and the Compose files have reached the containers'
complete -c logbookctl -n '__logbookctl_at \'config check\'' -l as -x -a 'production staging development' -d 'Judge the same values as this ENVIRONMENT'
complete -c logbookctl -n '__logbookctl_at \'config show\'' -l all -d 'The application\'s defaults too'
complete -c logbookctl -n '__logbookctl_at \'logs\'' -a show -d 'Print log records, several logs as one by time'
complete -c logbookctl -n '__logbookctl_at \'logs\'' -a grep -d 'Find a text in logs; a match on any line gives the whole record'
complete -c logbookctl -n '__logbookctl_at \'logs\'' -a follow -d 'Print records as they are written, through restarts, recreations and rotation'
complete -c logbookctl -n '__logbookctl_at \'logs\'' -a scan -d 'Look for everything that the runbook knows, each kind once'
complete -c logbookctl -n '__logbookctl_at \'logs\'' -a requests -d 'Which route is slow or fails: count, errors, p50, p95, the slowest'
complete -c logbookctl -n '__logbookctl_at \'logs show\'' -s f -l file -r -F -d 'A log, also gzip or json-file; - is stdin (repeatable)'
complete -c logbookctl -n '__logbookctl_at \'logs show\'' -l rotated -d 'Read FILE.1, FILE.2.gz and so on too, the oldest first'
complete -c logbookctl -n '__logbookctl_at \'logs show\'' -s s -l service -x -d 'Only this service of the deployment (repeatable)'
complete -c logbookctl -n '__logbookctl_at \'logs show\'' -l source -x -a 'auto api file' -d 'Ask the engine, or read its file (auto: if allowed)'
complete -c logbookctl -n '__logbookctl_at \'logs show\'' -s o -l output -x -a 'table json jsonl' -d 'How to print; jsonl is one object a line'
complete -c logbookctl -n '__logbookctl_at \'logs show\'' -l since -x -d 'From this time on: RFC 3339, or how long ago (10m, 2h, 3d)'
complete -c logbookctl -n '__logbookctl_at \'logs show\'' -l until -x -d 'Up to this time'
complete -c logbookctl -n '__logbookctl_at \'logs show\'' -l level -x -a 'debug info warning error critical' -d 'This level and graver ones'
complete -c logbookctl -n '__logbookctl_at \'logs show\'' -l rid -x -a '(logbookctl __complete checks 2>/dev/null)' -d 'Only the records of this request'
complete -c logbookctl -n '__logbookctl_at \'logs show\'' -l tail -x -d 'Only the last N records'
complete -c logbookctl -n '__logbookctl_at \'logs grep\'' -s e -l pattern -x -d 'A further pattern: one of them must match (repeatable)'
complete -c logbookctl -n '__logbookctl_at \'logs grep\'' -s E -l regex -d 'PATTERN is a regular expression'
complete -c logbookctl -n '__logbookctl_at \'logs grep\'' -s i -l ignore-case -d 'Ignore case (ASCII)'
complete -c logbookctl -n '__logbookctl_at \'logs grep\'' -l invert -d 'The records in which PATTERN does not stand'
complete -c logbookctl -n '__logbookctl_at \'logs grep\'' -l context -x -d 'Print N records before and after each match too'
complete -c logbookctl -n '__logbookctl_at \'logs grep\'' -l count -d 'Print only how many records match'
complete -c logbookctl -n '__logbookctl_at \'logs grep\'' -l tail -x -d 'Only the last N of what would be printed'
complete -c logbookctl -n '__logbookctl_at \'logs grep\'' -l since -x -d 'From this time on: RFC 3339, or how long ago (10m, 2h, 3d)'
complete -c logbookctl -n '__logbookctl_at \'logs grep\'' -l until -x -d 'Up to this time'
complete -c logbookctl -n '__logbookctl_at \'logs grep\'' -l level -x -a 'debug info warning error critical' -d 'This level and graver ones'
complete -c logbookctl -n '__logbookctl_at \'logs grep\'' -l rid -x -a '(logbookctl __complete checks 2>/dev/null)' -d 'Only the records of this request'
complete -c logbookctl -n '__logbookctl_at \'logs grep\'' -s f -l file -r -F -d 'A log, also gzip or json-file; - is stdin (repeatable)'
complete -c logbookctl -n '__logbookctl_at \'logs grep\'' -l rotated -d 'Read FILE.1, FILE.2.gz and so on too, the oldest first'
complete -c logbookctl -n '__logbookctl_at \'logs grep\'' -s s -l service -x -d 'Only this service of the deployment (repeatable)'
complete -c logbookctl -n '__logbookctl_at \'logs grep\'' -l source -x -a 'auto api file' -d 'Ask the engine, or read its file (auto: if allowed)'
complete -c logbookctl -n '__logbookctl_at \'logs grep\'' -s o -l output -x -a 'table json jsonl' -d 'How to print; jsonl is one object a line'
complete -c logbookctl -n '__logbookctl_at \'logs follow\'' -s e -l pattern -x -d 'A further pattern: one of them must match (repeatable)'
complete -c logbookctl -n '__logbookctl_at \'logs follow\'' -s E -l regex -d 'PATTERN is a regular expression'
complete -c logbookctl -n '__logbookctl_at \'logs follow\'' -s i -l ignore-case -d 'Ignore case (ASCII)'
complete -c logbookctl -n '__logbookctl_at \'logs follow\'' -l invert -d 'The records in which PATTERN does not stand'
complete -c logbookctl -n '__logbookctl_at \'logs follow\'' -l from-beginning -d 'Begin with what stands in the log already'
complete -c logbookctl -n '__logbookctl_at \'logs follow\'' -l tail -x -d 'Begin with the last N records of each log'
complete -c logbookctl -n '__logbookctl_at \'logs follow\'' -l for -x -d 'End after this time (default: when interrupted)'
complete -c logbookctl -n '__logbookctl_at \'logs follow\'' -l since -x -d 'From this time on: RFC 3339, or how long ago (10m, 2h, 3d)'
complete -c logbookctl -n '__logbookctl_at \'logs follow\'' -l until -x -d 'Up to this time'
complete -c logbookctl -n '__logbookctl_at \'logs follow\'' -l level -x -a 'debug info warning error critical' -d 'This level and graver ones'
complete -c logbookctl -n '__logbookctl_at \'logs follow\'' -l rid -x -a '(logbookctl __complete checks 2>/dev/null)' -d 'Only the records of this request'
complete -c logbookctl -n '__logbookctl_at \'logs follow\'' -s f -l file -r -F -d 'A log, also gzip or json-file; - is stdin (repeatable)'
complete -c logbookctl -n '__logbookctl_at \'logs follow\'' -l rotated -d 'Read FILE.1, FILE.2.gz and so on too, the oldest first'
complete -c logbookctl -n '__logbookctl_at \'logs follow\'' -s s -l service -x -d 'Only this service of the deployment (repeatable)'
complete -c logbookctl -n '__logbookctl_at \'logs follow\'' -l source -x -a 'auto api file' -d 'Ask the engine, or read its file (auto: if allowed)'
complete -c logbookctl -n '__logbookctl_at \'logs follow\'' -s o -l output -x -a 'table json jsonl' -d 'How to print; jsonl is one object a line'
complete -c logbookctl -n '__logbookctl_at \'logs scan\'' -s f -l file -r -F -d 'A log, also gzip or json-file; - is stdin (repeatable)'
complete -c logbookctl -n '__logbookctl_at \'logs scan\'' -l rotated -d 'Read FILE.1, FILE.2.gz and so on too, the oldest first'
complete -c logbookctl -n '__logbookctl_at \'logs scan\'' -s s -l service -x -d 'Only this service of the deployment (repeatable)'
complete -c logbookctl -n '__logbookctl_at \'logs scan\'' -l source -x -a 'auto api file' -d 'Ask the engine, or read its file (auto: if allowed)'
complete -c logbookctl -n '__logbookctl_at \'logs scan\'' -l since -x -d 'From this time on: RFC 3339, or how long ago (10m, 2h, 3d)'
complete -c logbookctl -n '__logbookctl_at \'logs scan\'' -l until -x -d 'Up to this time'
complete -c logbookctl -n '__logbookctl_at \'logs scan\'' -l level -x -a 'debug info warning error critical' -d 'This level and graver ones'
complete -c logbookctl -n '__logbookctl_at \'logs scan\'' -l rid -x -a '(logbookctl __complete checks 2>/dev/null)' -d 'Only the records of this request'
complete -c logbookctl -n '__logbookctl_at \'logs requests\'' -s f -l file -r -F -d 'A log, also gzip or json-file; - is stdin (repeatable)'
complete -c logbookctl -n '__logbookctl_at \'logs requests\'' -l rotated -d 'Read FILE.1, FILE.2.gz and so on too, the oldest first'
complete -c logbookctl -n '__logbookctl_at \'logs requests\'' -s s -l service -x -d 'Only this service of the deployment (repeatable)'
complete -c logbookctl -n '__logbookctl_at \'logs requests\'' -l source -x -a 'auto api file' -d 'Ask the engine, or read its file (auto: if allowed)'
complete -c logbookctl -n '__logbookctl_at \'logs requests\'' -l since -x -d 'From this time on: RFC 3339, or how long ago (10m, 2h, 3d)'
complete -c logbookctl -n '__logbookctl_at \'logs requests\'' -l until -x -d 'Up to this time'
complete -c logbookctl -n '__logbookctl_at \'logs requests\'' -l level -x -a 'debug info warning error critical' -d 'This level and graver ones'
complete -c logbookctl -n '__logbookctl_at \'logs requests\'' -l rid -x -a '(logbookctl __complete checks 2>/dev/null)' -d 'Only the records of this request'
complete -c logbookctl -n '__logbookctl_at \'logs requests\'' -l top -x -d 'Print so many routes (default 20)'
complete -c logbookctl -n '__logbookctl_at \'migrate\'' -a heads -d 'Print the revisions that nothing follows, as `alembic heads` does'
complete -c logbookctl -n '__logbookctl_at \'migrate\'' -a history -d 'List the revisions, newest first, as `alembic history` does'
complete -c logbookctl -n '__logbookctl_at \'migrate\'' -a branches -d 'List where the chain forks, as `alembic branches` does'
complete -c logbookctl -n '__logbookctl_at \'migrate\'' -a current -d 'Print the revision of the database, as `alembic current` does'
complete -c logbookctl -n '__logbookctl_at \'migrate\'' -a status -d 'Hold the database against the code that starts next'
complete -c logbookctl -n '__logbookctl_at \'migrate\'' -a check -d 'Find everything that is wrong with the chain, without a database'
complete -c logbookctl -n '__logbookctl_at \'migrate\'' -a plan -d 'Tell what an upgrade would do, before it is done'
complete -c logbookctl -n '__logbookctl_at \'migrate\'' -a upgrade -d 'Run the pending revisions, behind a backup and every other gate'
complete -c logbookctl -n '__logbookctl_at \'migrate\'' -a backup -d 'Dump the database, and prove that the dump is whole'
complete -c logbookctl -n '__logbookctl_at \'migrate\'' -a record -d 'Put the one right row into alembic_version, to disarm the wipe trap'
complete -c logbookctl -n '__logbookctl_at \'migrate\'' -a graph -d 'Draw the chain, as DOT or SVG'
complete -c logbookctl -n '__logbookctl_at \'migrate heads\'' -l dir -x -a '(__fish_complete_directories)' -d 'The versions folder (default: that of the project\'s backend)'
complete -c logbookctl -n '__logbookctl_at \'migrate heads\'' -l image -x -d 'Read the chain inside this image instead'
complete -c logbookctl -n '__logbookctl_at \'migrate heads\'' -l resolve-dependencies -d 'Leave out heads that another revision depends on'
complete -c logbookctl -n '__logbookctl_at \'migrate history\'' -l dir -x -a '(__fish_complete_directories)' -d 'The versions folder (default: that of the project\'s backend)'
complete -c logbookctl -n '__logbookctl_at \'migrate history\'' -l image -x -d 'Read the chain inside this image instead'
complete -c logbookctl -n '__logbookctl_at \'migrate history\'' -s r -l rev-range -x -d 'OLD:NEW, the first of them and the last; either may be left out'
complete -c logbookctl -n '__logbookctl_at \'migrate history\'' -s i -l indicate-current -d 'Ask the database, and mark where it is'
complete -c logbookctl -n '__logbookctl_at \'migrate branches\'' -l dir -x -a '(__fish_complete_directories)' -d 'The versions folder (default: that of the project\'s backend)'
complete -c logbookctl -n '__logbookctl_at \'migrate branches\'' -l image -x -d 'Read the chain inside this image instead'
complete -c logbookctl -n '__logbookctl_at \'migrate current\'' -l dir -x -a '(__fish_complete_directories)' -d 'The versions folder (default: that of the project\'s backend)'
complete -c logbookctl -n '__logbookctl_at \'migrate current\'' -l image -x -d 'Read the chain inside this image instead'
complete -c logbookctl -n '__logbookctl_at \'migrate status\'' -l dir -x -a '(__fish_complete_directories)' -d 'The versions folder (default: that of the project\'s backend)'
complete -c logbookctl -n '__logbookctl_at \'migrate status\'' -l image -x -d 'Read the chain inside this image instead'
complete -c logbookctl -n '__logbookctl_at \'migrate check\'' -l dir -x -a '(__fish_complete_directories)' -d 'The versions folder (default: that of the project\'s backend)'
complete -c logbookctl -n '__logbookctl_at \'migrate check\'' -l image -x -d 'Read the chain inside this image instead'
complete -c logbookctl -n '__logbookctl_at \'migrate check\'' -l fail-on -x -a 'warn fail' -d 'Exit 1 from this severity on (default fail)'
complete -c logbookctl -n '__logbookctl_at \'migrate check\'' -s o -l output -x -a 'table json junit github' -d 'How to print'
complete -c logbookctl -n '__logbookctl_at \'migrate plan\'' -l dir -x -a '(__fish_complete_directories)' -d 'The versions folder (default: that of the project\'s backend)'
complete -c logbookctl -n '__logbookctl_at \'migrate plan\'' -l image -x -d 'Read the chain inside this image instead'
complete -c logbookctl -n '__logbookctl_at \'migrate plan\'' -l local -d 'Run Alembic on this machine, not in the backend\'s container'
complete -c logbookctl -n '__logbookctl_at \'migrate plan\'' -l rehearse -d 'Run the upgrade on a scratch copy of the structure, and tell what it really changes'
complete -c logbookctl -n '__logbookctl_at \'migrate upgrade\'' -l backup -x -a '(__fish_complete_directories)' -d 'Take a verified backup into this folder first'
complete -c logbookctl -n '__logbookctl_at \'migrate upgrade\'' -l backup-within -x -d 'Accept one that is there, so old at the most, of the same revision and verified now'
complete -c logbookctl -n '__logbookctl_at \'migrate upgrade\'' -l no-backup -d 'Without one; with --confirm=DATABASE where members are stored'
complete -c logbookctl -n '__logbookctl_at \'migrate upgrade\'' -l stop-backend -d 'Stop the backend first; start it again after a success'
complete -c logbookctl -n '__logbookctl_at \'migrate upgrade\'' -l local -d 'Run the Alembic of this machine, in the project\'s folder'
complete -c logbookctl -n '__logbookctl_at \'migrate upgrade\'' -l dir -x -a '(__fish_complete_directories)' -d 'The versions folder (default: that of the project\'s backend)'
complete -c logbookctl -n '__logbookctl_at \'migrate upgrade\'' -l image -x -d 'Read the chain inside this image instead'
complete -c logbookctl -n '__logbookctl_at \'migrate upgrade\'' -l repaired -d 'What an upgrade left half done was put right by hand; with --confirm=DATABASE'
complete -c logbookctl -n '__logbookctl_at \'migrate upgrade\'' -l dry-run -d 'Say what would be done, and what stands in the way; change nothing'
complete -c logbookctl -n '__logbookctl_at \'migrate upgrade\'' -s o -l output -x -a 'table json jsonl' -d 'How to print; jsonl is one object a step'
complete -c logbookctl -n '__logbookctl_at \'migrate backup\'' -l stop-backend -d 'Stop the backend first, and leave it stopped: before new code is pulled'
complete -c logbookctl -n '__logbookctl_at \'migrate record\'' -l backup -x -a '(__fish_complete_directories)' -d 'Take a verified backup into this folder first'
complete -c logbookctl -n '__logbookctl_at \'migrate record\'' -l backup-within -x -d 'Accept one that is there, so old at the most, of the same revision and verified now'
complete -c logbookctl -n '__logbookctl_at \'migrate record\'' -l without-proof -d 'Although it is not proved: you know it from elsewhere'
complete -c logbookctl -n '__logbookctl_at \'migrate record\'' -l dir -x -a '(__fish_complete_directories)' -d 'The versions folder (default: that of the project\'s backend)'
complete -c logbookctl -n '__logbookctl_at \'migrate record\'' -l image -x -d 'Read the chain inside this image instead'
complete -c logbookctl -n '__logbookctl_at \'migrate record\'' -l dry-run -d 'Say what is proved; change nothing'
complete -c logbookctl -n '__logbookctl_at \'migrate graph\'' -l dir -x -a '(__fish_complete_directories)' -d 'The versions folder (default: that of the project\'s backend)'
complete -c logbookctl -n '__logbookctl_at \'migrate graph\'' -l image -x -d 'Read the chain inside this image instead'
complete -c logbookctl -n '__logbookctl_at \'migrate graph\'' -s i -l indicate-current -d 'Ask the database: colour where it is, and what is pending'
complete -c logbookctl -n '__logbookctl_at \'migrate graph\'' -l svg -d 'Draw it, instead of writing DOT'
complete -c logbookctl -n '__logbookctl_at \'serve\'' -l listen -x -d 'Address to listen on (default 127.0.0.1)'
complete -c logbookctl -n '__logbookctl_at \'serve\'' -l port -x -d 'Port to listen on; 0 takes a free one (default 3001)'
complete -c logbookctl -n '__logbookctl_at \'serve\'' -l db-retries -x -d 'Tries to reach the database before giving up (default 10)'
complete -c logbookctl -n '__logbookctl_at \'serve\'' -l db-retry-delay -x -d 'Time between two tries (default 2s)'
complete -c logbookctl -n '__logbookctl_at \'sandbox\'' -a up -d 'Start a real MariaDB, a real Redis and the API core on free ports of this machine'
complete -c logbookctl -n '__logbookctl_at \'sandbox\'' -a down -d 'End the sandbox\'s servers and remove its folder'
complete -c logbookctl -n '__logbookctl_at \'sandbox\'' -a status -d 'Show which processes of the sandbox live, and their ports'
complete -c logbookctl -n '__logbookctl_at \'sandbox up\'' -l dir -x -a '(__fish_complete_directories)' -d 'Folder to make for it (default: one in the runtime folder)'
complete -c logbookctl -n '__logbookctl_at \'sandbox up\'' -l detach -d 'Return when it is up, and leave a supervisor behind'
complete -c logbookctl -n '__logbookctl_at \'sandbox up\'' -l no-backend -d 'Only the database and the cache'
complete -c logbookctl -n '__logbookctl_at \'sandbox down\'' -l dir -x -a '(__fish_complete_directories)' -d 'The sandbox\'s folder'
complete -c logbookctl -n '__logbookctl_at \'sandbox status\'' -l dir -x -a '(__fish_complete_directories)' -d 'The sandbox\'s folder'
complete -c logbookctl -n '__logbookctl_at \'completion\'' -a 'bash zsh fish'
