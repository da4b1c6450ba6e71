import { fish } from './completion-fish.js';
import {
  type Candidates,
  type CompletedCommand,
  type CompletedFlag,
  firstWords,
  groupsOf,
  lastWord,
  single,
} from './completion-parts.js';

/** The completion script of a shell. */
export function completionScript(
  shell: 'bash' | 'zsh' | 'fish',
  commands: readonly CompletedCommand[],
): string {
  if (shell === 'bash') return bash(commands);
  return shell === 'zsh' ? zsh(commands) : fish(commands);
}

function bash(commands: readonly CompletedCommand[]): string {
  const cases = commands.map(({ name, flags, words }) => {
    const values = flags.flatMap(({ flag, value }) =>
      value === null ? [] : [`      ${flag}) what='${inBash(value)}' ;;`],
    );
    const own = words.map((value, at) => `        ${at}) what='${inBash(value)}' ;;`);
    return `    ${single(name)})
      flags='${flags.map(({ flag }) => flag).join(' ')}'
      case $before in
${[...values, `      *) case $words in`, ...own, `        esac ;;`].join('\n')}
      esac ;;`;
  });
  return bashFrame
    .replaceAll('@commands', () => firstWords(commands).join(' '))
    .replace('@groups', () => groupsOf(commands).map(groupInBash).join('\n'))
    .replace('@cases', () => cases.join('\n'));
}

function groupInBash([group, own]: ReturnType<typeof groupsOf>[number]): string {
  return `    ${group})
      if [ "$COMP_CWORD" -eq 2 ]; then
        COMPREPLY=($(compgen -W '${own.map(lastWord).join(' ')}' -- "$current"))
        return
      fi
      name="$name \${COMP_WORDS[2]}" from=3 ;;`;
}

function inBash(value: Candidates): string {
  return value.kind === 'words' ? `words ${value.words.join(' ')}` : value.kind;
}

/** For bash 3.2 and later. Bash splits a word with `=` into three; file names are never read as code. */
const bashFrame = `# completion of pgm for bash; made by: pgm completion bash
_pgm() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  local name=\${COMP_WORDS[1]} flags='' what='' words=0 from=2 at line IFS=$' \\t\\n'
  COMPREPLY=()
  if [ "$before" = '=' ]; then before=\${COMP_WORDS[COMP_CWORD-2]}; fi
  if [ "$current" = '=' ]; then current=''; fi
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '@commands help --help --version' -- "$current"))
    return
  fi
  case $name in
@groups
  esac
  for ((at = from; at < COMP_CWORD; at++)); do
    case \${COMP_WORDS[at]} in
      -* | =) ;;
      *) case \${COMP_WORDS[at-1]} in
        = | --*) ;;
        *) words=$((words + 1)) ;;
      esac ;;
    esac
  done
  case $name in
    help) what='words @commands' ;;
@cases
  esac
  case $current in
    -*) what="words $flags --help" ;;
  esac
  case $what in
    'words '*) COMPREPLY=($(compgen -W "\${what#words }" -- "$current")) ;;
    file) compopt -o filenames 2>/dev/null; IFS=$'\\n'; COMPREPLY=($(compgen -f -- "$current")) ;;
    directory) compopt -o filenames 2>/dev/null; IFS=$'\\n'; COMPREPLY=($(compgen -d -- "$current")) ;;
    schema | schemas | key)
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(
        "$1" completion --complete "$what" "$current" "\${COMP_WORDS[@]:1}" 2>/dev/null
      ) ;;
  esac
}
complete -F _pgm pgm
`;

function zsh(commands: readonly CompletedCommand[]): string {
  const top = topInZsh(commands);
  const cases = commands.map(commandInZsh);
  return `#compdef pgm
# completion of pgm for zsh; made by: pgm completion zsh
_pgm_names() {
  local -a found
  found=(\${(f)"$("\${pgm_words[1]}" completion --complete "$1" "$PREFIX" "\${(@)pgm_words[2,-1]}" 2>/dev/null)"})
  compadd -Q -- $found
}
_pgm() {
  local -a commands pgm_words
  pgm_words=("\${words[@]}")
  commands=(
${top.join('\n')}
    'help:print the help of a command'
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local name=$words[2]
  shift words
  (( CURRENT-- ))
  case $name in
${groupsOf(commands).map(groupInZsh).join('\n')}
  esac
  case $name in
    help) _describe command commands ;;
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = _pgm ]; then _pgm "$@"; else compdef _pgm pgm; fi
`;
}

function topInZsh(commands: readonly CompletedCommand[]): readonly string[] {
  return firstWords(commands).map((word) => {
    const own = commands.find(({ name }) => name === word);
    return `    ${single(`${word}:${own?.summary ?? 'work on many databases'}`)}`;
  });
}

function commandInZsh({ name, flags, words }: CompletedCommand): string {
  const specs = [
    ...flags.map(inZsh),
    ...words.map((value, at) => single(`${at + 1}: :${actionOf(value)}`)),
  ];
  return `    ${single(name)})
      _arguments -S '(- *)--help[print this help]' \\
        ${specs.join(' \\\n        ')} ;;`;
}

function groupInZsh([group, own]: ReturnType<typeof groupsOf>[number]): string {
  const names = own.map((each) => single(`${lastWord(each)}:${each.summary}`));
  return `    ${group})
      if (( CURRENT == 2 )); then
        commands=(${names.join(' ')})
        _describe command commands
        return
      fi
      name="$name $words[2]"
      shift words
      (( CURRENT-- )) ;;`;
}

function inZsh({ flag, help, value, isOptional }: CompletedFlag): string {
  const text = help.replace(/[[\]\\:]/g, (odd) => `\\${odd}`);
  if (value === null) return single(`${flag}[${text}]`);
  const colon = isOptional ? '::' : ':';
  return single(`${flag}${isOptional ? '=-' : '='}[${text}]${colon} :${actionOf(value)}`);
}

function actionOf(value: Candidates): string {
  switch (value.kind) {
    case 'words':
      return `(${value.words.join(' ')})`;
    case 'file':
      return '_files';
    case 'directory':
      return '_files -/';
    case 'nothing':
      return ' ';
    default:
      return `{_pgm_names ${value.kind}}`;
  }
}
