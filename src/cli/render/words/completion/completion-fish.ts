import {
  type Candidates,
  type CompletedCommand,
  type CompletedFlag,
  single,
} from './completion-parts.js';

export function fish(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, summary, flags, words }) => [
    `complete -c pgm -n '__pgm_word 0' -a ${name} -d ${single(summary, '\\')}`,
    ...flags.map(
      (flag) => `complete -c pgm -n '__pgm_in ${name}' -l ${flag.flag.slice(2)}${inFish(flag)}`,
    ),
    ...words.flatMap((value, at) => {
      const list = listOf(value);
      const files = value.kind === 'file' || value.kind === 'directory' ? ' -F' : '';
      const shown = list === null ? files : ` -a ${list}`;
      return shown === '' ? [] : [`complete -c pgm -n '__pgm_in ${name} ${at + 1}'${shown}`];
    }),
  ]);
  return `# completion of pgm for fish; made by: pgm completion fish
function __pgm_bare
    # The words of the line that are no flags.
    string match -v -- '-*' (commandline -opc)
end
function __pgm_word
    test (count (__pgm_bare)) -eq (math $argv[1] + 1)
end
function __pgm_in
    set -l words (commandline -opc)
    test (count $words) -gt 1; and test "$words[2]" = "$argv[1]"; or return 1
    test (count $argv) -eq 1; or __pgm_word $argv[2]
end
function __pgm_names
    pgm completion --complete $argv[1] (commandline -ct) (commandline -opc)[2..-1] 2>/dev/null
end
complete -c pgm -f
complete -c pgm -n '__pgm_word 0' -a help -d 'print the help of a command'
complete -c pgm -n '__pgm_word 0' -l version -d 'print the version'
complete -c pgm -l help -d 'print this help'
complete -c pgm -n '__pgm_in help' -a '${commands.map(({ name }) => name).join(' ')}'
${lines.join('\n')}
`;
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
