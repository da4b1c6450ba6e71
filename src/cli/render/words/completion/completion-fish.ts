import {
  type Candidates,
  type CompletedCommand,
  type CompletedFlag,
  firstWords,
  groupsOf,
  lastWord,
  single,
} from './completion-parts.js';

export function fish(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, summary, flags, words }) => [
    `complete -c pgm -n ${placeOf(name)} -a ${lastWord({ name })} -d ${single(summary, '\\')}`,
    ...flags.map(
      (flag) => `complete -c pgm -n '__pgm_in "${name}"' -l ${flag.flag.slice(2)}${inFish(flag)}`,
    ),
    ...words.flatMap((value, at) => {
      const list = listOf(value);
      const files = value.kind === 'file' || value.kind === 'directory' ? ' -F' : '';
      const shown = list === null ? files : ` -a ${list}`;
      return shown === '' ? [] : [`complete -c pgm -n '__pgm_in "${name}" ${at + 1}'${shown}`];
    }),
  ]);
  return `# completion of pgm for fish; made by: pgm completion fish
function __pgm_bare
    # The words of the line that are not flags.
    string match -v -- '-*' (commandline -opc)
end
function __pgm_word
    test (count (__pgm_bare)) -eq (math $argv[1] + 1)
end
function __pgm_in
    set -l words (commandline -opc)
    set -l long (count (string split ' ' -- $argv[1]))
    set -l last (math $long + 1)
    test (count $words) -gt $long; and test "$words[2..$last]" = "$argv[1]"; or return 1
    test (count $argv) -eq 1; or __pgm_word (math $argv[2] + $long - 1)
end
function __pgm_names
    pgm completion --complete $argv[1] (commandline -ct) (commandline -opc)[2..-1] 2>/dev/null
end
complete -c pgm -f
complete -c pgm -n '__pgm_word 0' -a help -d 'print the help of a command'
complete -c pgm -n '__pgm_word 0' -l version -d 'print the version'
complete -c pgm -l help -d 'print this help'
complete -c pgm -n '__pgm_in help' -a '${firstWords(commands).join(' ')}'
${groupsOf(commands).map(groupInFish).join('\n')}
${lines.join('\n')}
`;
}

function groupInFish([group]: ReturnType<typeof groupsOf>[number]): string {
  return `complete -c pgm -n '__pgm_word 0' -a ${group} -d 'work on many databases'`;
}

/** Where the last word of a command's name belongs. */
function placeOf(name: string): string {
  const [first = '', last] = name.split(' ');
  return last === undefined ? "'__pgm_word 0'" : `'__pgm_in "${first}"; and __pgm_word 1'`;
}

function inFish({ help, value, isOptional }: CompletedFlag): string {
  const about = ` -d ${single(help, '\\')}`;
  if (value === null) return about;
  const list = listOf(value);
  const mode = value.kind === 'file' || value.kind === 'directory' ? ' -r -F' : ' -x';
  return `${isOptional ? '' : mode}${list === null ? '' : ` -a ${list}`}${about}`;
}

function listOf(value: Candidates): string | null {
  if (value.kind === 'words') return `'${value.words.join(' ')}'`;
  const isNamed = value.kind === 'schema' || value.kind === 'schemas' || value.kind === 'key';
  return isNamed ? `'(__pgm_names ${value.kind})'` : null;
}
