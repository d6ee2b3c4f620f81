# Completion of causeway for fish. What may come next the command itself says: see `causeway __complete`.

function __causeway_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] __complete -- $words[2..] $current 2>/dev/null)
        if string match -q -- ':*' $line
            if string match -q -- '*files*' $line
                __fish_complete_path $current
            end
        else
            echo $line
        end
    end
end

complete -c causeway -f -a '(__causeway_complete)'
