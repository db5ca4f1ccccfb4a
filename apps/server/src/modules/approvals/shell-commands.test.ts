import { describe, expect, test } from 'vitest';
import { commandsIn } from './shell-commands.ts';

describe('the commands of a line', () => {
  test.each<[string, readonly string[]]>([
    ['npm test', ['npm test']],
    ['  npm   test  -- "a b"\n', ['npm test -- a b']],
    ['cd app && npm test || echo no; ls | wc -l &', ['cd app', 'npm test', 'echo no', 'ls', 'wc -l']],
    ['A=1 B="2 3" npm test', ['npm test']],
    ['NODE_ENV=test npm test', ['npm test']],
    ["'np'm te\\st", ['npm test']],
    ['npm test > out.txt 2>&1 < in.txt', ['npm test']],
    ['echo $HOME "$(id -u)" `whoami`', ['echo $HOME "$(id -u)" `whoami`', 'id -u', 'whoami']],
    ['x=$(rm -rf .)', ['rm -rf .']],
    ['for f in *.ts; do rm "$f"; done', ['rm "$f"']],
    ['if test -f a; then cat a; fi', ['test -f a', 'cat a']],
    ['(cd a; ls)', ['cd a', 'ls']],
    ['diff <(sort a) b', ['diff <(sort a) b', 'sort a']],
    ['cat <<EOF\nhi $(id)\nEOF', ['cat', 'id']],
    ['# only a remark', []],
    ['echo "😀 ü $(id)"', ['echo "😀 ü $(id)"', 'id']],
    ["cat <<'EOF'\n`rm a` $(rm b)\nEOF", ['cat']],
    ['echo \'`rm a`\' \\`b\\` "\\$(c)" # `d`', ['echo `rm a` `b` $(c)']],
    ["git $'push'", ['git push']],
  ])('%j are %j', async (line, commands) => {
    expect(await commandsIn(line)).toEqual(commands);
  });
});

describe('a wrapper is taken off:', () => {
  test.each<[string, readonly string[]]>([
    ['sudo -u root rm -rf /', ['rm -rf /']],
    ['env -u X A=1 npm test', ['npm test']],
    ['timeout -k 5 10 nice -n 5 npm test', ['npm test']],
    ['nohup setsid rm a', ['rm a']],
    ['/usr/bin/env rm a', ['rm a']],
    ['git ls-files | xargs -n 1 rm', ['git ls-files', 'rm']],
    ['bash -c "rm -rf / && npm test"', ['rm -rf /', 'npm test']],
    ["sh -lc 'rm a'", ['rm a']],
    ["timeout 5 bash -c 'sudo rm a'", ['rm a']],
    ['find . -name "*.ts" -exec rm {} \\;', ['find . -name *.ts -exec rm {} ;', 'rm {}']],
    ['find . -exec sh -c "rm a" {} +', ['find . -exec sh -c rm a {} +', 'rm a']],
    ['env', ['env']],
    ['command -- rm a', ['rm a']],
    ['bash script.sh', ['bash script.sh']],
    ["bash script.sh -c 'npm test'", ['bash script.sh -c npm test']],
    ["bash --norc -o pipefail -ec 'rm a'", ['rm a']],
    ['env -- A=1 rm a', ['rm a']],
    ["bash -c 'npm test'\"\n\"'rm a'", ['npm test', 'rm a']],
  ])('%j runs %j', async (line, commands) => {
    expect(await commandsIn(line)).toEqual(commands);
  });
});

describe('nobody can say what a line runs', () => {
  test.each([
    ['that is no bash', 'if then ('],
    ['whose name is put together', '$cmd a'],
    ['whose name comes from a command', '$(echo rm) a'],
    ['whose name is partly put together', 'r"$m" a'],
    ['that makes functions', 'ls() { rm -rf /; }; ls'],
    ['that makes aliases', 'alias ls=rm; ls a'],
    ['that is evaluated', 'eval "rm -rf /"'],
    ['from a file', 'source ./x.sh'],
    ['from a file, for short', '. ./x.sh'],
    [
      'in a shell in a shell in a shell',
      `${'bash -c "'.repeat(1)}bash -c 'bash -c \\"bash -c \\\\\\"bash -c ls\\\\\\"\\"'"`,
    ],
    ['with backticks in a document', 'cat <<EOF\n`rm a`\nEOF'],
    ['with a substitution that begins an indented document', 'cat <<-EOF\n\t$(rm a)\n\tEOF'],
    ['with backticks in a default', `echo "\${x:-\`rm a\`}"`],
    ['with a substitution in quotes that quote nothing', `echo "\${x:-'$(rm a)'}"`],
    ['with a substitution in a pattern', `echo "\${x%$(rm a)}"`],
    ['with backticks in backticks', 'echo `echo \\`rm a\\``'],
    ['whose words stand after a redirection', 'git >log push'],
    ['with a word over two lines', 'git pu\\\nsh'],
    ['where a name stands for another program', 'PATH=. npm test'],
    ['that says where programs are', 'export PATH=.; npm test'],
    ['that sets nobody knows what', 'export "$x"; npm test'],
    ['that has a wrapper say where programs are', 'timeout 5 env LD_PRELOAD=./a.so npm test'],
    ['that a wrapper splits', "env -S 'rm a' npm test"],
    ['that a wrapper splits, in full', "env --split-string='rm a' npm test"],
    ['too long to look at', `echo ${'a'.repeat(20_001)}`],
  ])('%s', async (_what, line) => {
    expect(await commandsIn(line)).toBeNull();
  });
});
