#!/usr/bin/env node
/**
 * Any Quint module as a producer of the JSON-lines protocol 1 of the ITF toolkit.
 *
 *     node bridge.js SPEC.qnt [MODULE] [--init NAME] [--step NAME]
 *                                             the module named as the file, or the last, if none is named; `init`, `step`
 *     node bridge.js --tool ARGS…             the command `quint ARGS…` of the Quint that was found
 *
 * A step of Quint has choices inside: which alternative of `any { … }`, which element of `S.oneOf()`. What `--mbt` records
 * does not determine them: arguments are not recorded, picks are keyed by bare names, and a later `any` wipes what an
 * earlier one recorded. So a recorded trace is turned into *trails* once (`trace`): every choice of a step in the order of
 * evaluation, found by depth-first search and checked against the recorded states. From then on trails are re-executed.
 *
 * A trail is a list of `{"any": index}` and `{"nondet": name, "value": element}`. An element that is not in its set
 * disables the step, unless the set has one element: then there is no choice, and the answer has the trail as it was.
 *
 * Two functions of Quint's evaluator are wrapped before any expression is built, `nondet.evalNondet` and the case
 * `actionAny` of `builtins.lazyBuiltinLambda`. They are no public interface, hence one version, and no other.
 */
'use strict'
const fs = require('fs')
const path = require('path')

const WANTED = '0.33.0'
const PROTOCOL = 1
/** How many elements of a set are tried where the record does not say which it was. */
const ELEMENTS = 64
/** How many paths through a step are tried with the recorded picks, and how many without. */
const PATHS = 100000
const BLIND_PATHS = 20000
/** How many elements of each set are tried, one after the other, where the recorded state says what was assigned. */
const WIDTHS = [1, 2, 4, 8, 16, ELEMENTS]
/** The share of the time for a step that a search for its choices may take: what is left is for saying so. */
const SHARE = 0.7
/** How many parts of a recorded state are looked at for what was picked. */
const HINTS = 2000
/** How many paths are tried, and how many different steps are enough, to say what is enabled. */
const ENABLED_PATHS = 3000
const ENABLED = 256
/** The same of random steps. */
const TRIES = 200
const SAMPLES = 8

class Refusal extends Error {
  constructor(status, reason) {
    super(reason)
    this.status = status
  }
}
const invalid = reason => new Refusal('invalid', reason)

// --------------------------------------------------------------------------------------------------- finding Quint

function* places() {
  if (process.env.ITF_QUINT_DIR) {
    yield path.join(process.env.ITF_QUINT_DIR, 'node_modules')
    return
  }
  for (let dir = process.cwd(); ; dir = path.dirname(dir)) {
    yield path.join(dir, 'node_modules')
    if (dir === path.dirname(dir)) break
  }
  yield* (process.env.NODE_PATH ?? '').split(path.delimiter).filter(Boolean)
  yield path.join(path.dirname(process.execPath), '..', 'lib', 'node_modules')
  const npm = require('child_process').spawnSync('npm', ['root', '--global'], { encoding: 'utf8' })
  if (npm.stdout) yield npm.stdout.trim()
}

/** The folder of the package, of the one version that will do. */
function findQuint() {
  let found
  for (const place of places()) {
    const dir = path.join(place, '@informalsystems', 'quint')
    try {
      found = JSON.parse(fs.readFileSync(path.join(dir, 'package.json'), 'utf8')).version
    } catch {
      continue
    }
    if (found === WANTED) return dir
    break
  }
  const named = process.env.ITF_QUINT_DIR
  const where = named ? ` (ITF_QUINT_DIR is ${named}: in its node_modules, and nowhere else)` : ''
  const had = found ? `Quint ${found} was found${where}` : `Quint was not found${where}`
  throw new Refusal('unsupported', `${had}, and ${WANTED} is needed: \`npm install @informalsystems/quint@${WANTED} ` +
    'antlr4ts@0.5.0-alpha.4` in a folder, and name that folder by the environment variable ITF_QUINT_DIR')
}

// ------------------------------------------------------------------------------------------------------- the machine

function openMachine(spec, moduleName, names) {
  const Q = path.join(findQuint(), 'dist', 'src')
  const nondetModule = require(Q + '/runtime/impl/nondet')
  const builtinsModule = require(Q + '/runtime/impl/builtins')
  const { right, left } = require(require.resolve('@sweet-monads/either', { paths: [Q] }))
  const { newIdGenerator } = require(Q + '/idGenerator')
  const { parse, parseExpressionOrDeclaration } = require(Q + '/parsing/quintParserFrontend')
  const { fileSourceResolver } = require(Q + '/parsing/sourceResolver')
  const { analyzeModules } = require(Q + '/quintAnalyzer')
  const { walkExpression } = require(Q + '/ir/IRVisitor')
  const { Evaluator } = require(Q + '/runtime/impl/evaluator')
  const { buildExpr } = require(Q + '/runtime/impl/builder')
  const { initialRegisterValue } = require(Q + '/runtime/impl/VarStorage')
  const { newRng } = require(Q + '/rng')
  const { noExecutionListener } = require(Q + '/runtime/trace')
  const { rv } = require(Q + '/runtime/impl/runtimeValue')
  const { toItf, ofItfValue } = require(Q + '/itf')
  /** Below this size Quint retries a pick that leads nowhere, and records only the one that leads somewhere. */
  const RETRIED = BigInt(process.env.QUINT_RETRY_NONDET_SMALLER_THAN ?? '100')

  // -------------------------------------------------------------------------------------------------------- values

  const zero = { nextId: () => 0n }
  function encode(value) {
    const itf = toItf([], [rv.toQuintEx(rv.mkRecord([['v', value]]))])
    if (itf.isLeft()) throw new Error(itf.value)
    return itf.value.states[0].v
  }
  const UNIT = '()'
  /** The canonical text of an ITF value; the encodings of unit are one. */
  function canon(v) {
    if (v === null) return UNIT
    if (typeof v === 'number') return `i${v}`
    if (typeof v !== 'object') return JSON.stringify(v)
    if (Array.isArray(v)) return '[' + v.map(canon).join(',') + ']'
    if ('#bigint' in v) return 'i' + BigInt(v['#bigint'])
    if ('#set' in v) return '{' + [...new Set(v['#set'].map(canon))].sort().join(',') + '}'
    if ('#map' in v) return 'M{' + v['#map'].map(canon).sort().join(',') + '}'
    if ('#tup' in v) return v['#tup'].length ? '(' + v['#tup'].map(canon).join(',') + ')' : UNIT
    const names = Object.keys(v).filter(name => name !== '#meta').sort()
    return names.length ? 'R{' + names.map(name => name + '=' + canon(v[name])).join(',') + '}' : UNIT
  }
  /** Unit as Quint knows it, wherever a record or null stands for it. */
  function quintish(v) {
    if (v === null) return { '#tup': [] }
    if (typeof v !== 'object') return v
    if (Array.isArray(v)) return v.map(quintish)
    const names = Object.keys(v)
    return names.length ? Object.fromEntries(names.map(name => [name, quintish(v[name])])) : { '#tup': [] }
  }
  /** A pick: the value, and its text, for ITF cannot tell a record of `tag` and `value` from a variant. */
  const pickOf = v => ({ value: rv.fromQuintEx(ofItfValue(quintish(v), zero.nextId)).normalForm(), text: canon(v) })
  const ambiguous = pick => pick.text.includes('tag=')
  const isPick = (value, pick) =>
    value.normalForm().equals(pick.value) || (ambiguous(pick) && canon(encode(value)) === pick.text)

  const cardinality = set => { const c = set.cardinality(); return c.isRight() ? c.value : null }
  const elements = set => { const c = cardinality(set); return c !== null && c <= 4096n ? set : [] }
  /** The element of the set that the pick stands for, if there is one. */
  function member(set, pick) {
    if (pick === undefined) return undefined
    try {
      if (set.contains(pick.value)) return pick.value
    } catch { /* of another type, and so no member */ }
    if (ambiguous(pick)) for (const element of elements(set)) if (canon(encode(element)) === pick.text) return element
    return undefined
  }

  /**
   * What was picked can often be seen in the state it led to. The parts of that state, each once: what is new first, then
   * what else is in variables that changed. Only made when it is asked for.
   */
  function hintsOf(expected, current) {
    let hints
    return () => {
      if (hints) return hints
      const found = new Map()
      function* parts(v) {
        yield v
        if (v === null || typeof v !== 'object' || '#bigint' in v) return
        for (const part of Array.isArray(v) ? v : Object.values(v)) yield* parts(part)
      }
      const names = Object.keys(expected ?? {}).filter(name => !name.startsWith('mbt::') && name !== '#meta')
      const changed = names.filter(name => name in current && canon(expected[name]) !== canon(current[name]))
      const known = new Set()
      for (const name of changed) for (const part of parts(current[name])) known.add(canon(part))
      const add = (name, rank) => {
        for (const part of parts(expected[name])) {
          if (found.size >= HINTS) return
          const text = canon(part)
          if (!found.has(text)) found.set(text, { rank: known.has(text) ? rank + 1 : rank, part })
        }
      }
      changed.forEach(name => add(name, 0))
      names.filter(name => !changed.includes(name)).forEach(name => add(name, 2))
      const order = [...found.values()].sort((a, b) => a.rank - b.rank)
      hints = { rank: text => found.get(text)?.rank ?? 4, picks: undefined }
      hints.all = () => (hints.picks ??= order.map(hint => pickOf(hint.part)))
      return hints
    }
  }

  // --------------------------------------------------------------------------------------------- choices, made for it

  /** What decides the choices of the step that is being evaluated; null where Quint decides. */
  let forcing = null
  const PRUNED = 'ITFPRUNED'
  const isPruned = result => result.isLeft() && result.value.code === PRUNED
  function prune(why) {
    forcing.why.add(why)
    return left({ code: PRUNED, message: why })
  }
  function clearMetadata(storage) {
    storage.actionTaken = undefined
    storage.nondetPicks.forEach((_, name) => storage.nondetPicks.set(name, undefined))
  }
  /** A choice among `count` in a depth-first search: as in the script, then the first. */
  function choose(count) {
    if (forcing.random) return Math.floor(Number(forcing.random.next(BigInt(count))))
    const at = forcing.at++
    if (at >= forcing.script.length) forcing.script.push(0)
    forcing.sizes[at] = count
    return forcing.script[at]
  }

  function forcedAny(ctx, alternatives) {
    clearMetadata(ctx.varStorage) // Quint does so before every alternative
    let index
    if (forcing.trail) {
      const choice = forcing.trail[forcing.next++]
      index = choice && 'any' in choice ? Number(choice.any['#bigint'] ?? choice.any) : -1
      if (!(index >= 0 && index < alternatives.length)) return prune('the trail does not fit the step')
    } else index = alternatives.length === 1 ? 0 : choose(alternatives.length)
    forcing.path.push({ any: index })
    return alternatives[index](ctx)
  }

  function forcedNondet(ctx, name, cache, set, body) {
    const size = cardinality(set)
    if (size === 0n) {
      forcing.why.add(`the set of \`${name}\` is empty`)
      return right(rv.mkBool(false))
    }
    let pick = forcing.picks.get(name)
    if (forcing.trail) {
      const choice = forcing.trail[forcing.next++]
      if (!choice || choice.nondet !== name) return prune('the trail does not fit the step')
      pick = pickOf(choice.value)
    }
    const only = () => set[Symbol.iterator]().next().value
    let value
    if (forcing.random) {
      const positions = set.bounds().map(b => forcing.random.next(b.isJust() ? b.value : 2n ** 31n))
      const picked = set.pick(positions.values())
      if (picked.isLeft()) return picked
      value = picked.value
    } else if (forcing.blind) {
      // The pick of this occurrence may be overwritten, or dropped, later in the step.
      const first = member(set, pick)
      let options = first === undefined ? [] : [first]
      const isLarge = size === null || size > BigInt(ELEMENTS)
      if (isLarge && forcing.expect) {
        for (const hint of forcing.hints().all()) {
          const found = options.length < ELEMENTS / 2 ? member(set, hint) : undefined
          if (found !== undefined) options.push(found)
        }
      }
      if (isLarge) forcing.isCut = true
      const others = []
      for (const element of elements(set)) {
        if (options.length + others.length >= ELEMENTS) break
        if (first === undefined || !element.normalForm().equals(first)) others.push(element)
      }
      if (!isLarge && forcing.expect && others.length > 1) {
        const { rank } = forcing.hints()
        const ranked = others.map(element => [rank(canon(encode(element))), element])
        options.push(...ranked.sort((a, b) => a[0] - b[0]).map(([, element]) => element))
      } else options.push(...others)
      if (!options.length) return prune(`\`${name}\` may be anything`)
      if (options.length > forcing.width) {
        options = options.slice(0, forcing.width)
        forcing.isNarrowed = true
      }
      value = options[options.length === 1 ? 0 : choose(options.length)]
      if (size === 1n && value !== first) forcing.substituted.add(name)
    } else {
      value = member(set, pick)
      if (value === undefined) {
        if (size !== 1n || (pick === undefined && !forcing.trail)) {
          return prune(pick === undefined ? `\`${name}\` has no pick` : `the pick of \`${name}\` is not in its set: ${pick.text}`)
        }
        value = only()
        forcing.substituted.add(name)
      }
    }
    forcing.path.push({ nondet: name, value })
    cache.value = right(value)
    const result = body(ctx)
    cache.value = undefined
    const isRetried = set.bounds().every(b => b.isJust() && b.value < RETRIED)
    if (result.isLeft() || result.value.toBool() || !isRetried) ctx.varStorage.nondetPicks.set(name, value)
    return result
  }

  // Both are looked up on their module when an expression is built.
  const originalNondet = nondetModule.evalNondet
  nondetModule.evalNondet = (name, cache, setEval, body) => {
    const original = originalNondet(name, cache, setEval, body)
    return ctx => forcing ? setEval(ctx).chain(set => forcedNondet(ctx, name, cache, set, body)) : original(ctx)
  }
  const originalLazy = builtinsModule.lazyBuiltinLambda
  builtinsModule.lazyBuiltinLambda = opcode => {
    const original = originalLazy(opcode)
    if (opcode === 'actionAny') return (ctx, alternatives) => forcing ? forcedAny(ctx, alternatives) : original(ctx, alternatives)
    if (opcode !== 'actionAll' && opcode !== 'and') return original
    // Whatever comes after an assignment that is not the recorded one would be evaluated in vain.
    const stopping = part => ctx => {
      const result = part(ctx)
      return forcing?.isElsewhere ? right(rv.mkBool(false)) : result
    }
    return (ctx, parts) => original(ctx, forcing?.isGuided ? parts.map(stopping) : parts)
  }
  /** Looks at every assignment to a variable, for searches that are guided by the recorded state. */
  function watch(register) {
    let value = register.value
    Object.defineProperty(register, 'value', {
      enumerable: true,
      get: () => value,
      set(assigned) {
        value = assigned
        if (forcing?.isGuided && !forcing.isElsewhere && assigned.isRight()) {
          forcing.isElsewhere = !forcing.allows(register.name, assigned.value)
        }
      },
    })
  }

  // ---------------------------------------------------------------------------------------------------------- parsing

  const ids = newIdGenerator()
  const sources = new Map()
  const source = fileSourceResolver(sources).lookupPath(path.dirname(path.resolve(spec)), path.basename(spec))
  const parsed = parse(ids, source.toSourceName(), source, fs.readFileSync(spec, 'utf8'), sources)
  const words = errors => errors.map(e => e[1]?.message ?? e.message ?? String(e)).join('; ')
  /** The same with the place of each, as one finds it in an editor. */
  const placed = errors => errors.map(e => {
    const error = e[1]?.message !== undefined ? e[1] : e
    const at = parsed.sourceMap.get(error.reference ?? (Array.isArray(e) ? e[0] : undefined))
    const file = at && path.relative(process.cwd(), at.source)
    const place = at ? `${file.startsWith('..') ? at.source : file}:${at.start.line + 1}:${at.start.col + 1}` : spec
    return `${place}: ${words([error])}`
  }).join('\n')
  if (parsed.errors.length) throw invalid(placed(parsed.errors))
  const [errors, analysis] = analyzeModules(parsed.table, parsed.modules)
  if (errors.length) throw invalid(placed(errors))
  const modules = parsed.modules.map(m => m.name)
  const stem = path.basename(spec).replace(/\..*$/, '')
  const main = moduleName ?? (modules.includes(stem) ? stem : modules[modules.length - 1])
  if (!modules.includes(main)) throw invalid(`${spec} has no module \`${main}\`; it has ${modules.join(', ')}`)

  const isAction = d => d.kind === 'def' && d.qualifier === 'action'
  const actions = new Set(parsed.modules.flatMap(m => m.declarations).filter(isAction).map(d => d.name))

  /** The actions that do nothing but choose among others: the first, and what it leads to. */
  const choosing = new Set()
  /** What is recorded of a step may be such an action, or have been wiped by an inner `any`: what was called is remembered. */
  const listener = {
    ...noExecutionListener,
    onUserOperatorCall(app) {
      if (!forcing || forcing.called !== undefined) return
      const name = app.opcode.split('::').pop()
      if (actions.has(name) && !choosing.has(name)) forcing.called = name
    },
  }
  const evaluator = new Evaluator(parsed.table, listener, newRng(0n), true)
  const { ctx, builder } = evaluator
  const storage = ctx.varStorage
  const compiled = new Map()
  const expressions = new Map()
  function compile(text) {
    if (!compiled.has(text)) {
      const expression = parseExpressionOrDeclaration(text, '<itf>', ids, parsed.sourceMap)
      if (expression.kind !== 'expr') throw new Refusal('unsupported', `\`${text}\` is no expression`)
      parsed.resolver.switchToModule(main)
      walkExpression(parsed.resolver, expression.expr)
      if (parsed.resolver.errors.length) {
        const why = words(parsed.resolver.errors)
        parsed.resolver.errors = []
        throw new Refusal('unsupported', `\`${text}\`: ${why}`)
      }
      evaluator.updateTable(parsed.resolver.table)
      expressions.set(text, expression.expr)
      compiled.set(text, buildExpr(builder, expression.expr))
    }
    return compiled.get(text)
  }
  /** What in the module is true or false of a state: any expression is a property, but these have names. */
  function propertyNames() {
    const found = []
    for (const [name, defs] of parsed.resolver.collector.definitionsByName) {
      const def = defs[defs.length - 1]
      const isProperty = def?.kind === 'def' && def.qualifier === 'val' && analysis.types.get(def.id)?.type.kind === 'bool'
      if (isProperty && !name.includes('::')) found.push(name)
    }
    return found.sort()
  }
  /** A property, compiled. */
  function property(text) {
    try {
      return compile(text)
    } catch (e) {
      const known = propertyNames()
      if (known.length) e.message += `; ${main} has ${known.join(', ')}`
      throw e
    }
  }
  /** The action that begins, or goes on. */
  function entry(which) {
    try {
      return compile(names[which] ?? which)
    } catch (e) {
      e.message = `${spec}, module ${main}: ${e.message}`
      if (names[which] === undefined) e.message += `; name it: quint:${spec}::${main},${which}=NAME`
      throw e
    }
  }
  const initial = entry('init')
  const step = entry('step')
  storage.nextVars.forEach(watch)
  const taken = takenBy(expressions.get(names.step ?? 'step'))

  /** The actions that a step can be. */
  function takenBy(expr) {
    const found = new Map()
    const definition = ex => {
      const def = parsed.resolver.table.get(ex.id)
      return def?.kind === 'def' && def.qualifier === 'action' ? def : undefined
    }
    const search = part => {
      if (part === null || typeof part !== 'object') return
      if (Array.isArray(part)) return part.forEach(search)
      const def = part.kind === 'name' || part.kind === 'app' ? definition(part) : undefined
      if (def && !found.has(def.name)) {
        found.set(def.name, def)
        search(def.expr)
      }
      Object.values(part).forEach(search)
    }
    search(expr)
    for (let def = definition(bodyOf(expr)); def && found.size > 1; ) {
      found.delete(def.name)
      choosing.add(def.name)
      def = definition(bodyOf(def.expr))
    }
    return [...found.keys()]
  }
  function bodyOf(expr) {
    while (expr?.kind === 'let' || expr?.kind === 'lambda') expr = expr.expr
    return expr
  }

  // --------------------------------------------------------------------------------------------------------- stepping

  const clearNext = () => storage.nextVars.forEach(r => { r.value = initialRegisterValue(r.name) })
  /** Most variables do not change in a step, and then they are the very same value. */
  const written = new Map()
  function stateOf(registers) {
    const state = {}
    for (const register of registers.values()) {
      if (!register.value.isRight()) continue
      const value = register.value.value
      let known = written.get(register.name)
      if (known?.value !== value) written.set(register.name, (known = { value, itf: encode(value) }))
      state[register.name] = known.itf
    }
    return state
  }
  let label = { action: '', picks: new Map() }
  /** The current state, with the variables that `--mbt` would add. */
  function state() {
    const some = value => value === undefined ? { tag: 'None', value: { '#tup': [] } } : { tag: 'Some', value: encode(value) }
    return {
      ...stateOf(storage.vars),
      'mbt::actionTaken': label.action,
      'mbt::nondetPicks': Object.fromEntries([...label.picks].map(([name, value]) => [name, some(value)])),
    }
  }
  /** The variables of the machine that a state records. */
  function recordedNames(recorded) {
    const known = [...storage.nextVars.values()].map(r => r.name)
    const names = known.filter(name => name in recorded)
    if (!names.length) throw invalid(`the trace has no variable of ${main}: ${known.join(', ')}`)
    return names
  }
  /** The values of these variables, as text. */
  const essence = (state, names) => canon(Object.fromEntries(names.map(name => [name, state[name] ?? null])))

  /** Whether a variable may be assigned a value, on the way to the recorded state. */
  function allowing(recorded) {
    const known = new Map()
    return (name, value) => {
      if (!(name in recorded)) return true
      if (!known.has(name)) known.set(name, pickOf(recorded[name]))
      return isPick(value, known.get(name))
    }
  }
  /** Whether the step that was evaluated is the one that was asked for. */
  function isAsked(asked) {
    if (forcing.random) return true
    if (asked.trail) return forcing.next === asked.trail.length
    const taken = storage.actionTaken ?? ''
    if (asked.action !== undefined && asked.action !== taken && !(asked.isCall && asked.action === forcing.called)) {
      forcing.why.add(`the action taken is \`${taken}\``)
      return false
    }
    for (const [name, pick] of forcing.picks) {
      if (forcing.substituted.has(name)) continue
      const used = storage.nondetPicks.get(name)
      if (pick === undefined ? used !== undefined : used === undefined || !isPick(used, pick)) {
        forcing.why.add(`\`${name}\` is not what was picked`)
        return false
      }
    }
    return true
  }

  /**
   * Evaluates `init` or `step` with the choices that were asked for: a trail, or an action and picks by name, or any
   * (`blind`: also picks that were not recorded); where a state is expected, only with those that lead to it, and if need
   * be whatever was recorded of the choices. Does not move. Each path is shown to `visit` until that says it is enough.
   * The result has the reasons why others are none.
   */
  function explore(evaluate, asked, visit) {
    const picks = new Map(Object.entries(asked.picks ?? {}).map(([name, v]) => [name, v === null ? undefined : pickOf(v)]))
    const names = asked.expect && recordedNames(asked.expect)
    const expected = asked.expect && essence(asked.expect, names)
    const why = new Set()
    const hints = hintsOf(asked.expect, asked.expect && stateOf(storage.vars))
    let error, isAll = true, isCut = false
    const mode = (paths, more) => ({ paths, blind: false, lax: false, width: Infinity, ...more })
    const modes = [mode(PATHS)]
    // The record may be of another evaluator, which wipes it at other places; the states decide.
    const isRecorded = asked.action !== undefined || picks.size > 0
    if (asked.blind && !asked.trail) {
      // Most assignments of a path that leads elsewhere are seen to be wrong at once, and most picks are in the state.
      const guided = asked.expect ? WIDTHS.map(width => mode(BLIND_PATHS, { blind: true, width, isGuided: true })) : []
      if (!isRecorded && guided.length) modes.length = 0
      modes.push(...guided, mode(BLIND_PATHS, { blind: true }))
      if (asked.expect && isRecorded) modes.push(...[...guided, mode(BLIND_PATHS, { blind: true })].map(m => ({ ...m, lax: true })))
    }
    if (asked.all) modes.splice(0, 1, mode(asked.all, { blind: true, lax: true }))
    const allows = asked.expect && allowing(asked.expect)
    const until = asked.expect && !asked.trail ? performance.now() + patience : Infinity
    try {
      let isNarrowed = true
      for (const { paths: most, ...how } of modes) {
        // What a wider search would try was tried.
        if (how.isGuided && how.width > 1 && !isNarrowed) continue
        isNarrowed = false
        forcing = { ...how, picks, trail: asked.trail, random: asked.random, script: [], why, expect: asked.expect, hints, allows }
        for (let paths = most; ; paths--) {
          if (paths === 0) {
            isAll = false
            break
          }
          if (performance.now() > until) return { error, isAll: false, isGivenUp: true, why: [...why].slice(0, 4).join('; ') }
          Object.assign(forcing, { at: 0, next: 0, sizes: [], path: [], substituted: new Set(), isElsewhere: false, called: undefined })
          clearNext()
          clearMetadata(storage)
          const result = evaluate(ctx)
          if (result.isLeft()) {
            if (!isPruned(result)) error = result.value
          } else if (forcing.isElsewhere) why.add('it leads to another state')
          else if (!result.value.toBool()) why.add('a condition is false')
          else if (how.lax || isAsked(asked)) {
            if (expected === undefined || essence(stateOf(storage.nextVars), names) === expected) {
              const isEnough = visit({
                path: forcing.path,
                changed: forcing.substituted.size > 0,
                action: storage.actionTaken ?? '',
                called: forcing.called,
                picks: new Map(storage.nondetPicks),
                next: new Map([...storage.nextVars].map(([name, register]) => [name, register.value])),
              })
              if (isEnough) return { isAll: false }
            } else why.add('it leads to another state')
          }
          isCut ||= forcing.isCut === true
          isNarrowed ||= forcing.isNarrowed === true
          if (forcing.trail || forcing.random) break
          const { script, sizes } = forcing
          script.length = Math.min(script.length, forcing.at)
          while (script.length && script[script.length - 1] + 1 >= sizes[script.length - 1]) script.pop()
          if (!script.length) break
          script[script.length - 1]++
        }
      }
    } finally {
      forcing = null
      clearNext()
      clearMetadata(storage)
    }
    return { error, isAll: isAll && !isCut, why: [...why].slice(0, 4).join('; ') }
  }
  /** The first of the paths, or why there is none. */
  function attempt(evaluate, asked) {
    let first
    const none = explore(evaluate, asked, done => { first = done; return true })
    return first ?? none
  }
  /** Moves to where an attempt led. */
  function move(done) {
    storage.nextVars.forEach((register, name) => { if (done.next.has(name)) register.value = done.next.get(name) })
    storage.shiftVars() // not ctx.shift(), which also keeps every state for ever
    label = { action: done.action, picks: done.picks }
  }
  const trailOf = done => done.path.map(c => 'any' in c ? { any: { '#bigint': `${c.any}` } } : { nondet: c.nondet, value: encode(c.value) })
  const begun = () => { if (![...storage.vars.values()].some(r => r.value.isRight())) throw invalid('there was no reset yet') }

  function reset(asked) {
    evaluator.reset()
    storage.clearCaches()
    written.clear()
    const done = attempt(initial, asked)
    if (done.next) move(done)
    return done
  }
  /** What `--mbt` recorded of a step: the action and the picks; nothing where the trace is plain. */
  function recordedStep(recorded) {
    const picks = {}
    for (const [name, pick] of Object.entries(recorded['mbt::nondetPicks'] ?? {})) {
      // Of another tool there may be picks that this spec does not make; the states decide.
      if (storage.nondetPicks.has(name)) picks[name] = pick.tag === 'None' ? null : pick.value
    }
    return { action: recorded['mbt::actionTaken'], picks, expect: recorded, blind: true }
  }
  /** The call of an attempt: the trail decides; the picks are there for who reads it. */
  function callOf(done) {
    const args = {}
    for (const [name, value] of done.picks) if (value !== undefined) args[name] = encode(value)
    const recorded = choosing.has(done.action) ? undefined : done.action
    return { action: recorded || done.called || done.action || (names.step ?? 'step'), args, trail: trailOf(done) }
  }

  /** The calls by which an action leads anywhere: all, if they are few, and with a `seed` some that it decides. */
  function listed(evaluate, tooMany, call, seed, most = ENABLED) {
    const calls = new Map()
    const add = done => {
      const next = [...done.next].map(([name, value]) => value.isRight() ? [name, encode(value.value)] : [name])
      const key = JSON.stringify([done.action, next])
      if (!calls.has(key)) calls.set(key, call(done))
    }
    // What goes wrong in an action is no step that is not enabled.
    const isWhole = (asked, enough) => {
      const done = explore(evaluate, asked, found => { add(found); return calls.size >= enough })
      if (done.error) throw new Refusal('failed', `${done.error.code}: ${done.error.message}`)
      return done.isAll
    }
    const random = newRng(BigInt(seed?.['#bigint'] ?? seed ?? 1))
    const tries = enough => { for (let i = 0; i < TRIES && calls.size < enough; i++) isWhole({ random }, enough) }
    if (seed !== undefined) tries(SAMPLES)
    // That there is nothing is to be said only when all was tried.
    let isAll = true
    if (!calls.size) {
      isAll = isWhole({ all: ENABLED_PATHS }, most)
      if (!isAll) tries(most)
    }
    return { calls: [...calls.values()], ...(isAll ? {} : { partial: true, reason: tooMany }) }
  }

  let snapshots = []
  /** How long a search for the choices of one step may take, in milliseconds. */
  let patience = SHARE * 5000
  const start = { blind: true }
  return {
    hello(request) {
      if ((request.role ?? 'producer') !== 'producer') throw new Refusal('unsupported', 'a spec is a producer')
      const names = [...storage.vars.values()].map(r => r.name)
      patience = SHARE * Number(request.limits?.step_ms ?? 5000)
      return {
        protocol: PROTOCOL,
        name: `quint:${spec}::${main}`,
        version: WANTED,
        capabilities: { check: true, expressions: true, enabled: true, snapshot: true, trace: true, starts: true },
        vars: [...names, 'mbt::actionTaken', 'mbt::nondetPicks'],
        actions: Object.fromEntries(taken.map(name => [name, {}])),
        labels: 'quint-mbt',
      }
    },
    reset(request) {
      let done = { }
      if (request.trail) done = reset({ trail: request.trail })
      else if (request.state && [...storage.vars.values()].some(r => r.name in request.state)) done = reset(recordedStep(request.state))
      if (!done.next && !request.trail) done = reset(start)
      if (!done.next) throw new Refusal('failed', `init: ${done.error ? `${done.error.code}: ${done.error.message}` : done.why}`)
      snapshots = []
      return { state: state(), trail: trailOf(done) }
    },
    execute(request) {
      begun()
      if (!request.trail && !actions.has(request.action)) {
        throw new Refusal('unsupported', `${spec} has no action \`${request.action}\`; it has ${[...actions].join(', ')}`)
      }
      const asked = request.trail ? { trail: request.trail } : { action: request.action === (names.step ?? 'step') ? undefined : request.action, picks: request.picks, isCall: true }
      const done = attempt(step, asked)
      if (!done.next && done.error) throw new Refusal('failed', `${done.error.code}: ${done.error.message}`)
      if (!done.next) throw new Refusal('disabled', done.why)
      move(done)
      return { state: state(), ...(done.changed || !request.trail ? { trail: trailOf(done) } : {}) }
    },
    check(request) {
      begun()
      const holds = {}
      for (const text of request.properties ?? []) {
        const result = property(text)(ctx)
        if (result.isLeft()) throw new Refusal('failed', `\`${text}\`: ${result.value.message}`)
        holds[text] = result.value.toBool()
      }
      return { holds }
    },
    snapshot() {
      begun()
      snapshots.push([new Map([...storage.vars].map(([name, register]) => [name, register.value])), label])
      return { snapshot: snapshots.length - 1 }
    },
    restore(request) {
      const kept = snapshots[request.snapshot]
      if (!kept) throw invalid(`there is no snapshot ${request.snapshot} in this run`)
      evaluator.reset()
      storage.vars.forEach((register, name) => { register.value = kept[0].get(name) })
      storage.clearCaches()
      label = kept[1]
      return { state: state() }
    },
    /** All initial states, if they are few: of ways to the same one, one. There has to be a reset afterwards. */
    starts() {
      evaluator.reset()
      storage.clearCaches()
      written.clear()
      return listed(initial, 'there are too many ways through `init`', done => ({ ...callOf(done), action: names.init ?? 'init' }), undefined, ENABLED_PATHS)
    },
    /** All steps, if they are few; with a `seed` some that it decides. Of steps to the same state by one action, one. */
    enabled(request) {
      begun()
      return listed(step, 'there are too many ways through `step`', callOf, request.seed)
    },
    trace(request) {
      const calls = []
      let init
      request.states.forEach((recorded, index) => {
        const done = index ? attempt(step, recordedStep(recorded)) : reset(recordedStep(recorded))
        if (!done.next) {
          const why = done.error ? `${done.error.code}: ${done.error.message}` : done.why
          const isLabelled = 'mbt::actionTaken' in recorded
          const lead = done.isGivenUp ? `were found within ${(patience / 1000).toFixed(1)} s that lead` : 'lead'
          const hints = [
            ...(isLabelled ? [] : ['the trace does not say which choices were made: `quint run --mbt` records them']),
            ...(done.isGivenUp ? ['the environment variable ITF_STEP_SECONDS gives the search more time'] : []),
          ]
          throw invalid(`no choices of \`${index ? 'step' : 'init'}\` ${lead} to the recorded state ${index} (${[why, ...hints].filter(Boolean).join('; ')})`)
        }
        if (index) {
          calls.push(callOf(done))
          move(done)
        } else init = trailOf(done)
      })
      return { calls, trail: init }
    },
  }
}

// ----------------------------------------------------------------------------------------------------------- serving

function serve(spec, moduleName, names) {
  // Quint's parser prints on standard output, which is for answers only.
  console.log = console.debug = console.info = console.error
  let machine, broken
  try {
    machine = openMachine(spec, moduleName, names)
  } catch (e) {
    broken = { status: e.status ?? 'failed', reason: String(e.message ?? e) }
  }
  function answer(request) {
    if (request.op === 'shutdown') return { status: 'ok' }
    if (broken) return broken
    if (!Object.hasOwn(machine, request.op)) return { status: 'unsupported', reason: `there is no operation \`${request.op}\` here` }
    try {
      return { status: 'ok', ...machine[request.op](request) }
    } catch (e) {
      return { status: e.status ?? 'failed', reason: String(e.message ?? e) }
    }
  }
  require('readline').createInterface({ input: process.stdin, crlfDelay: Infinity }).on('line', line => {
    if (!line.trim()) return
    const request = JSON.parse(line)
    const text = JSON.stringify({ id: request.id, ...answer(request) }) + '\n'
    process.stdout.write(text, () => { if (request.op === 'shutdown') process.exit(0) })
  })
}

/** `[MODULE] [--init NAME] [--step NAME]`, or nothing if it is something else. */
function named(args) {
  const names = {}
  const rest = [...args]
  for (const which of ['init', 'step']) {
    const at = rest.indexOf('--' + which)
    if (at >= 0) [, names[which]] = rest.splice(at, 2)
    if (at >= 0 && names[which] === undefined) return undefined
  }
  return rest.length > 1 || rest[0]?.startsWith('-') ? undefined : { module: rest[0], names }
}

const [first, ...rest] = process.argv.slice(2)
if (first === '--tool') {
  try {
    const dir = findQuint()
    const cli = path.join(dir, JSON.parse(fs.readFileSync(path.join(dir, 'package.json'), 'utf8')).bin.quint)
    process.argv = [process.argv[0], cli, ...rest]
    require(cli)
  } catch (e) {
    console.error(String(e.message ?? e))
    process.exitCode = 70
  }
} else if (first === undefined || !named(rest)) {
  console.error('usage: node bridge.js SPEC.qnt [MODULE] [--init NAME] [--step NAME]')
  process.exitCode = 2
} else serve(first, named(rest).module, named(rest).names)
