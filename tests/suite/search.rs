//! `onus search`, and the index that a build publishes below `search/`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::fixture::{Folder, TODAY, Test};

fn handbook() -> Folder {
    Folder::new()
        .file(
            "site.toml",
            "title = \"x\"\n[ownership]\narbiter = \"team:platform\"\n[search]\n\
             synonyms = [[\"k8s\", \"kubernetes\"], [\"till\", \"point of sale\"]]\n",
        )
        .file("content/teams/shop.md", "---\ntitle: Shop\ncontacts: { slack: \"#shop\" }\n---\n")
        .file(
            "content/teams/shop/payments.md",
            "---\ntitle: Payments\nparent: shop\nmembers: [ana]\ncontacts: { slack: \"#payments\", email: cards-list@x.example }\n---\n",
        )
        .file("content/teams/platform.md", "---\ntitle: Platform\ncontacts: { slack: \"#platform\" }\n---\n# Aims\n")
        .file("content/people/ana.md", "---\ntitle: Ana Müller\ncontacts: { phone: \"+44 20 7946 0000\" }\n---\n")
        .file(
            "content/services/checkout-api.md",
            "---\ntitle: Checkout\nowner: shop/payments\naliases: [coapi]\npaths: [\"apps/checkout/**\"]\n---\nTakes orders. A declined card is `ERR-4711`.\n",
        )
        .file("content/services/till.md", "---\ntitle: Till\nowner: shop\nreviewed: 2020-01-01\nreview_every: 30d\n---\nWhere guests pay.\n")
        .file("content/services/orphan.md", "# Orphan\n\nRuns on kubernetes.\n")
        .file(
            "content/runbooks/pods.md",
            "---\ntitle: Pods do not start\nowner: platform\nalerts: [KubePodCrashLooping]\n---\n## First safe step\n\nLook at `kube_pod_container_status`.\n\n## Rollback\n\nUndo the deployment that was rolled out last.\n",
        )
        .file(
            "content/alerts/rules.yaml",
            "groups: [{name: g, rules: [{alert: KubePodCrashLooping, expr: up == 0, labels: {service: checkout-api}}]}]\n",
        )
}

/// A search in a cache of the handbook's own folder.
fn search<'f>(folder: &'f Folder, question: &str) -> Test<'f> {
    folder.onus("search --cache cache --today").arg(TODAY).arg(question)
}

/// The answer as JSON.
#[track_caller]
fn answer(folder: &Folder, question: &str) -> Value {
    let ran = search(folder, question).arg("--format").arg("json").success();
    serde_json::from_str(&ran.stdout).expect("an answer is JSON")
}

/// The addresses of the pages that answer, best first.
#[track_caller]
fn routes(folder: &Folder, question: &str) -> Vec<String> {
    let answer = answer(folder, question);
    let hits = answer["hits"].as_array().expect("there are hits");
    hits.iter().map(|hit| hit["route"].as_str().expect("a hit has an address").to_string()).collect()
}

#[track_caller]
fn finds_nothing(folder: &Folder, question: &str) {
    search(folder, question).stdout("").stderr_holds("nothing found for").exits(1);
}

#[test]
fn whatever_somebody_has_in_hand_finds_its_page_first() {
    let folder = handbook();
    for (question, route) in [
        ("checkout", "services/checkout-api.html"),
        ("checkout-api", "services/checkout-api.html"),
        ("checkout api", "services/checkout-api.html"),
        ("CheckoutApi", "services/checkout-api.html"),
        ("coapi", "services/checkout-api.html"),
        ("ERR-4711", "services/checkout-api.html"),
        ("err4711", "services/checkout-api.html"),
        ("4711", "services/checkout-api.html"),
        ("declined orders", "services/checkout-api.html"),
        ("declining", "services/checkout-api.html"),
        ("chekcout", "services/checkout-api.html"),
        ("apps/checkout/src/main.rs", "services/checkout-api.html"),
        ("KubePodCrashLooping", "alerts/kubepodcrashlooping.html"),
        ("kubepodcrashlooping", "alerts/kubepodcrashlooping.html"),
        ("pod crash", "alerts/kubepodcrashlooping.html"),
        ("kubepodcra", "alerts/kubepodcrashlooping.html"),
        ("kube_pod", "alerts/kubepodcrashlooping.html"),
        ("kube_pod_container_status", "runbooks/pods.html"),
        ("\"rolled out last\"", "runbooks/pods.html"),
        ("#payments", "teams/shop/payments.html"),
        ("payments", "teams/shop/payments.html"),
        ("cards-list", "teams/shop/payments.html"),
        ("cards-list@x.example", "teams/shop/payments.html"),
        ("shop/payments", "teams/shop/payments.html"),
        ("who owns the till?", "services/till.html"),
        ("point of sale", "services/till.html"),
        ("k8s", "services/orphan.html"),
        ("ana muller", "people/ana.html"),
        ("Ana MÜLLER", "people/ana.html"),
        ("Mu\u{308}ller", "people/ana.html"),
    ] {
        assert_eq!(routes(&folder, question).first().map(String::as_str), Some(route), "{question}");
    }
}

#[test]
fn words_are_found_in_their_other_forms_and_without_accents() {
    for (language, one, other, questions) in [
        ("de", "Die Rückerstattung, die Straße", "Rückerstattungen", &["ruckerstattung", "Rückerstattungen"][..]),
        ("de-CH", "Der Gast", "Für Gäste", &["gast", "Gäste", "GASTE"]),
        ("fr", "Le remboursement", "Des remboursements", &["remboursement", "remboursements"]),
        ("fr", "L’équipe", "les équipes déclarées", &["equipe", "équipe", "l'équipe", "EQUIPES"]),
        ("es", "La petición", "Las peticiones", &["peticion", "petición", "peticiones"]),
        ("it", "Il rimborso", "I rimborsi", &["rimborso", "rimborsi"]),
        ("it", "La responsabilità", "Il responsabile", &["responsabilita", "responsabile"]),
        ("pt", "A devolução", "As devoluções", &["devolução", "devolucao", "devolucoes"]),
        ("nl", "De terugbetaling", "Alle terugbetalingen", &["terugbetaling", "terugbetalingen"]),
        ("da", "En tilbagebetaling på øen", "Tilbagebetalinger", &["tilbagebetaling", "tilbagebetalinger"]),
        ("nb", "En tilbakebetaling", "Tilbakebetalinger", &["tilbakebetaling", "tilbakebetalinger"]),
        ("sv", "En gäst", "Två gäster", &["gast", "gäster"]),
        ("fi", "Palautukset", "Palautuksen", &["palautukset", "palautuksen"]),
        ("en", "One refund", "Refunded, refunding", &["refund", "refunding", "refunds"]),
        ("tlh", "Zażółć gęślą jaźń", "ZAZOLC GESLA JAZN", &["zażółć", "gesla", "JAŹŃ"]),
    ] {
        let folder = Folder::new()
            .file("site.toml", format!("title = \"x\"\nlanguage = \"{language}\"\n"))
            .file("content/a.md", format!("# Alpha\n\n{one}\n"))
            .file("content/b.md", format!("# Beta\n\n{other}\n"))
            .file("content/c.md", "# Gamma\n\nxyzzy\n");
        for question in questions {
            let mut found = routes(&folder, question);
            found.sort();
            assert_eq!(found, ["a.html", "b.html"], "{language}: {question}");
        }
    }
}

#[test]
fn words_of_an_unknown_language_are_not_stemmed() {
    let folder = Folder::new()
        .file("site.toml", "title = \"x\"\nlanguage = \"none\"\n")
        .file("content/guide.md", "# Guide\n\nrefunds\n");
    assert_eq!(routes(&folder, "refunds"), ["guide.html"]);
    finds_nothing(&folder, "refunding ");
}

#[test]
fn filters_narrow_what_is_found() {
    let folder = handbook();
    assert_eq!(routes(&folder, "kind:team"), ["teams/platform.html", "teams/shop.html", "teams/shop/payments.html"]);
    assert_eq!(routes(&folder, "KubePodCrashLooping kind:runbook"), ["runbooks/pods.html"]);
    assert_eq!(routes(&folder, "team:payments kind:service"), ["services/checkout-api.html"]);
    assert_eq!(routes(&folder, "team:shop kind:service"), ["services/checkout-api.html", "services/till.html"]);
    assert_eq!(routes(&folder, "is:stale"), ["services/till.html"]);
    assert_eq!(routes(&folder, "is:unowned kind:service"), ["services/orphan.html"]);
    let ran = search(&folder, "pods").arg("--kind").arg("runbook").arg("--kind").arg("page").success();
    assert!(ran.stdout.starts_with("Pods do not start (runbook, Platform)\n  runbooks/pods.html"), "{}", ran.stdout);
    search(&folder, "team:nobody till").stderr_holds("there is no team `nobody`").exits(1);
    search(&folder, "kind:decision till").stderr_holds("there is nothing of the kind `decision`").exits(1);
    search(&folder, "is:odd").stdout("").stderr_holds("`is:odd` is no filter").exits(1);
    search(&folder, "is:odd till").stdout_holds("services/till.html").stderr_holds("`is:odd` is no filter").success();
}

#[test]
fn the_answer_says_who_owns_what_was_asked_for() {
    let folder = handbook();
    let answer = answer(&folder, "who owns checkout api");
    assert_eq!(answer["card"], true);
    let card = &answer["hits"][0]["card"];
    assert_eq!(card["owner"]["title"], "Payments");
    assert_eq!(card["contacts"][0]["label"], "#payments");
    let keys: BTreeSet<&str> = answer.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(keys, BTreeSet::from(["card", "corrected", "hits", "problem", "total"]));
    let hit = answer["hits"][0].as_object().expect("an object");
    let keys: BTreeSet<&str> = hit.keys().map(String::as_str).collect();
    let expected =
        ["anchor", "card", "excerpt", "kind", "owner", "route", "score", "section", "stale", "title", "unowned"];
    assert_eq!(keys, BTreeSet::from(expected));
    assert_eq!((&hit["kind"], &hit["owner"], &hit["stale"]), (&"service".into(), &"Payments".into(), &false.into()));
}

#[test]
fn a_result_points_at_its_section() {
    let folder = handbook();
    let answer = answer(&folder, "undo deployment");
    let hit = &answer["hits"][0];
    assert_eq!((&hit["route"], &hit["anchor"]), (&"runbooks/pods.html".into(), &"rollback".into()));
    assert_eq!(hit["excerpt"], "Undo the deployment that was rolled out last.");
    search(&folder, "undo deployment").stdout_holds("  runbooks/pods.html#rollback\n").success();
}

#[test]
fn what_was_mended_and_what_is_left_out_is_told() {
    let folder = handbook();
    search(&folder, "paymnets").stderr("no page holds `paymnets`; showing results for `payments`\n").success();
    let ran = search(&folder, "kind:team").arg("--limit").arg("2").success();
    assert!(ran.stdout.ends_with("\nand 1 more\n"), "{}", ran.stdout);
    let ran = search(&folder, "kind:team").arg("--limit").arg("18446744073709551615").success();
    assert_eq!(ran.stdout.matches("(team)").count(), 3, "{}", ran.stdout);
}

#[test]
fn wrong_usage_ends_in_exit_code_2() {
    let folder = handbook();
    search(&folder, "x").arg("--kind").arg("teem").stderr_holds("there is no kind `teem`; kinds are ").exits(2);
    search(&folder, "x").arg("--limit").arg("0").exits(2);
    folder.onus("search --cache cache").exits(2);
    folder.put("site.toml", "title = \"x\"\n[search]\nexclude = [\"drafts/**\", \"people/[a\"]\n");
    let message = "site.toml:3:11: `people/[a` is not a pattern of paths: unclosed character class";
    search(&folder, "x").stderr_holds(message).exits(2);
    folder.onus("build").stderr_holds(message).exits(2);
}

#[test]
fn nothing_is_found_where_there_is_nothing() {
    for folder in [Folder::new(), handbook()] {
        finds_nothing(&folder, "qqqqqqqqq");
        finds_nothing(&folder, "");
        finds_nothing(&folder, "?!");
        finds_nothing(&folder, "\"quokka quorum\"");
    }
}

#[test]
fn the_index_is_kept_until_the_handbook_changes() {
    let folder = handbook();
    let states = || -> BTreeMap<String, Vec<u8>> {
        folder.tree("cache").into_iter().filter(|(path, _)| !path.ends_with(".lock")).collect()
    };
    assert_eq!(routes(&folder, "orphan"), ["services/orphan.html"]);
    let first = states();
    let kept = first.keys().find(|path| path.ends_with("onus.json")).expect("the index is kept").clone();
    assert_eq!(first.keys().filter(|path| path.ends_with("onus.json")).count(), 1);
    // tantivy names its files at random: an index that was made again has others.
    assert_eq!(routes(&folder, "till")[0], "services/till.html");
    assert_eq!(states(), first, "the index was made again");

    folder.put("content/services/orphan.md", "# Foundling\n");
    assert_eq!(routes(&folder, "foundling"), ["services/orphan.html"]);
    let second = states();
    assert!(!second.contains_key(&kept), "the old state is still there");
    assert_eq!(second.keys().filter(|path| path.ends_with("onus.json")).count(), 1);
    assert!(!second.keys().any(|path| path.contains(".new-")), "{:?}", second.keys());

    // What is stale depends on the day.
    folder.onus("search --cache cache --today 2019-01-01 is:stale").exits(1);
}

#[test]
fn a_cache_that_cannot_be_used_still_answers() {
    let folder = handbook().file("file", "");
    for cache in ["file", "/dev/null", "/proc/onus", "file/below"] {
        let ran = folder.onus("search checkout --cache").arg(cache).arg("--today").arg(TODAY).success();
        assert!(ran.stdout.contains("services/checkout-api.html"), "{cache}");
    }
    assert_eq!(routes(&folder, "checkout")[0], "services/checkout-api.html");
    let kept = || folder.tree("cache").into_keys().filter(|path| !path.ends_with('/')).collect::<Vec<_>>();
    let endings: BTreeSet<String> =
        kept().iter().filter_map(|path| path.rsplit_once('.')).map(|(_, ending)| ending.to_string()).collect();
    assert!(endings.contains("json") && endings.contains("store") && endings.contains("term"), "{endings:?}");
    for garbage in [&b""[..], b"garbage", &[0; 4096]] {
        for ending in &endings {
            for file in kept().iter().filter(|path| path.ends_with(ending)) {
                folder.put(&format!("cache/{file}"), garbage);
                assert_eq!(routes(&folder, "checkout")[0], "services/checkout-api.html", "{file}: {garbage:?}");
            }
        }
    }
    let sound = folder.tree("cache");
    let state = sound.keys().find(|path| path.matches('/').count() == 2 && path.ends_with('/')).expect("a state");
    std::fs::remove_dir_all(folder.path(&format!("cache/{state}"))).expect("the state is removed");
    folder.put(&format!("cache/{}", state.trim_end_matches('/')), "a file");
    assert_eq!(routes(&folder, "checkout")[0], "services/checkout-api.html");
    assert!(folder.path(&format!("cache/{state}onus.json")).is_file(), "the index is kept again");
}

#[test]
fn two_runs_at_a_time_do_not_disturb_each_other() {
    let folder = handbook();
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| routes(&folder, "checkout"))).collect();
        for run in runs {
            assert_eq!(run.join().expect("a run ends")[0], "services/checkout-api.html");
        }
    });
    let kept = folder.tree("cache").keys().filter(|path| path.ends_with("onus.json")).count();
    assert_eq!(kept, 1);
}

/// Everything below `public/search/`, unpacked: what is compressed is put behind the file that holds it.
fn published(folder: &Folder) -> BTreeMap<String, String> {
    use base64::Engine as _;
    use std::io::Read as _;
    let mut files = BTreeMap::new();
    for (path, bytes) in folder.tree("public/search") {
        if path.ends_with('/') {
            continue;
        }
        let mut text = String::from_utf8(bytes).expect("a script is UTF-8");
        let packed = text.split('"').filter_map(|piece| base64::engine::general_purpose::STANDARD.decode(piece).ok());
        let packed: Vec<Vec<u8>> = packed.collect();
        for bytes in packed {
            let mut plain = Vec::new();
            if flate2::read::DeflateDecoder::new(&*bytes).read_to_end(&mut plain).is_ok() {
                text.push_str(&String::from_utf8_lossy(&plain));
            }
        }
        files.insert(path, text);
    }
    files
}

#[test]
fn what_search_leaves_out_is_in_no_published_file() {
    let secrets = ["zebrafish", "secretary", "quagmire", "7946"];
    let content = |searchable: &str| {
        handbook()
            .file("content/people/ana.md", format!("---\ntitle: Secretary\n{searchable}contacts: {{ phone: \"+44 20 7946 0000\", email: quagmire@x.example }}\n---\nA zebrafish.\n"))
            .file("content/teams/shop/payments.md", "---\ntitle: Payments\nparent: shop\nmembers: [ana]\n---\n")
            .file("content/escalations/night.yaml", "title: Night\nowner: shop/payments\nsteps: [{ notify: [ana], within: 5m }]\n")
            .file("content/services/lane.md", "---\ntitle: Lane\nowner: shop/payments\nescalation: night\n---\n")
            .file("content/services/desk.md", "---\ntitle: Desk\nowner: person:ana\n---\n")
    };
    let held = |folder: &Folder, word: &str| published(folder).values().any(|text| text.to_lowercase().contains(word));
    let open = content("");
    open.build();
    for word in secrets {
        assert!(held(&open, word), "`{word}` is to be seen where nothing is left out");
    }
    assert_eq!(answer(&open, "who owns lane")["hits"][0]["card"]["contacts"][0]["label"], "+44 20 7946 0000");

    let flagged = content("search: false\n");
    let excluded = content("");
    excluded.put("site.toml", "title = \"x\"\n[search]\nexclude = [\"people/**\"]\n");
    for folder in [flagged, excluded] {
        folder.build();
        // What names the owner of a thing is for everybody; the ways to reach them, and their page, are not.
        for word in ["zebrafish", "quagmire", "7946"] {
            assert!(!held(&folder, word), "`{word}` is published");
            finds_nothing(&folder, word);
        }
        assert!(!routes(&folder, "secretary kind:service").is_empty(), "a service is found by its owner");
        for question in ["lane", "night", "desk", "payments", "secretary"] {
            let answer = answer(&folder, question).to_string();
            assert!(!answer.contains("people/ana.html\",\"score") && !answer.contains("7946"), "{question}: {answer}");
            assert!(!answer.contains("quagmire"), "{question}: {answer}");
        }
        assert!(folder.path("public/people/ana.html").exists(), "the page itself is published");
        for file in folder.tree("cache").iter().filter(|(path, _)| !path.ends_with('/')) {
            assert!(!file.1.windows(9).any(|bytes| bytes == b"zebrafish"), "{}", file.0);
        }
    }
}

#[test]
fn nothing_written_in_a_handbook_becomes_markup_or_script() {
    let hostile = [
        "</script><script>alert(1)</script>",
        "<!-- --> -->",
        "\u{2028}\u{2029}",
        "\"'`${x}\\",
        "\\u003c\\\"",
        "]]>",
        "\u{202e}تخفيض\u{202c}",
        "\u{feff}\u{200d}🔥",
    ];
    let mut folder = Folder::new();
    for (at, text) in hostile.iter().enumerate() {
        let quoted = serde_json::to_string(text).expect("JSON");
        let alias = serde_json::to_string(&format!("{text} {at}")).expect("JSON");
        let page = format!(
            "---\ntitle: {quoted}\naliases: [{alias}]\ntags: [{quoted}]\nsummary: {quoted}\n---\n## {text}\n\n`{text}` and {text}\n"
        );
        folder = folder.file(&format!("content/pages/{at}.md"), page);
        folder = folder.file(
            &format!("content/teams/{at}.md"),
            format!("---\ntitle: {quoted}\ncontacts: {{ slack: {quoted} }}\n---\n"),
        );
    }
    folder.build();
    let files = folder.tree("public/search");
    let scripts: Vec<_> = files.keys().filter(|path| !path.ends_with('/')).collect();
    assert!(scripts.len() > hostile.len(), "{scripts:?}");
    for path in &scripts {
        let text = std::str::from_utf8(&files[*path]).expect("a script is UTF-8");
        assert!(!text.contains('<'), "{path}: {text}");
        let name = path.strip_suffix(".js").expect("only scripts are published");
        let data = text.strip_prefix(&format!("onus(\"{name}\",")).and_then(|rest| rest.strip_suffix(")\n"));
        let data = data.unwrap_or_else(|| panic!("{path} is not one call with its name: {text}"));
        serde_json::from_str::<Value>(data).unwrap_or_else(|error| panic!("{path}: {error}: {data}"));
    }
    assert!(!answer(&folder, "alert").to_string().is_empty());
}

#[test]
fn the_published_index_is_whole_and_the_same_each_time() {
    for folder in [handbook(), Folder::new(), Folder::example()] {
        folder.build();
        let first = folder.tree("public/search");
        let named = named(&folder);
        let there: BTreeSet<String> = first.keys().filter(|path| !path.ends_with('/')).cloned().collect();
        assert_eq!(named, there);
        std::fs::remove_dir_all(folder.path("public")).expect("the site is removed");
        folder.onus("build --fail-on never --today").arg(TODAY).env("RAYON_NUM_THREADS", "1").success();
        assert!(first == folder.tree("public/search"), "two builds differ");
    }
}

/// Every file that the index names, from its root on.
fn named(folder: &Folder) -> BTreeSet<String> {
    let data = |name: &str| -> Value {
        let text = folder.page(&format!("search/{name}.js"));
        let data = text.strip_prefix(&format!("onus(\"{name}\",")).and_then(|rest| rest.strip_suffix(")\n"));
        serde_json::from_str(data.unwrap_or_else(|| panic!("{name} is not a call with its name"))).expect("JSON")
    };
    // Eight files share what stands after their number.
    let prints = |folder: &str, prints: &Value, files: usize| -> Vec<String> {
        let prints = prints.as_str().expect("prints");
        assert_eq!(prints.len(), files.div_ceil(8) * 6);
        (0..files).map(|at| format!("{folder}/{at}-{}", &prints[at / 8 * 6..at / 8 * 6 + 6])).collect()
    };
    let root = data("index");
    let mut names = vec!["index".to_string()];
    for name in ["norms", "spelling", "facets", "columns"] {
        names.push(root[name].as_str().expect("a name").to_string());
    }
    names.extend(prints("t", &root["shards"], root["firsts"].as_str().expect("words").split(' ').count()));
    let count = |key: &str| usize::try_from(root[key].as_u64().expect("a number")).expect("a count");
    let titles = prints("m", &root["titles"], count("pages").div_ceil(count("size")));
    let mut pages = 0;
    for name in &titles {
        let columns = data(name);
        pages += columns["t"].as_array().expect("titles").len();
        let details = columns["f"].as_str().expect("names").as_bytes().chunks(12);
        names.extend(details.map(|name| format!("d/{}", String::from_utf8_lossy(name))));
    }
    names.extend(titles);
    assert_eq!(root["pages"], pages);
    // Names of long postings stand within the shards: any file there has to be named by one.
    let unpacked = published(folder);
    for path in unpacked.keys().filter(|path| path.starts_with("p/")) {
        let name = path.trim_start_matches("p/").trim_end_matches(".js");
        assert!(
            unpacked.iter().any(|(path, text)| path.starts_with("t/") && text.contains(name)),
            "{path} is not named"
        );
        names.push(format!("p/{name}"));
    }
    names.into_iter().map(|name| format!("{name}.js")).collect()
}

#[test]
fn no_question_stops_search() {
    let folder = handbook();
    let long = "k".repeat(100_000);
    let many = "till checkout constructor ".repeat(4_000);
    let marks = "?".repeat(100_000) + "qqq";
    let quotes = "\"".repeat(100_001);
    let filters = "kind:service,team is:stale team:shop ".repeat(2_000);
    for (question, found) in [
        (&*long, false),
        (&many, true),
        (&marks, false),
        (&quotes, false),
        (&filters, true),
        (".*+?^${}()|[]\\", false),
        ("(till+)+$", true),
        ("kind:", false),
        ("kind:,", false),
        ("kind:service,", true),
        ("team:", true),
        ("team:#", false),
        ("is:", true),
        (":", false),
        ("\"", false),
        ("\"till", true),
        ("till\"", true),
        ("\"\"", false),
        ("constructor __proto__ toString hasOwnProperty", false),
        ("__proto__", false),
        ("\u{1}\u{7f}", false),
        ("\u{202e}\u{2028}\u{feff}", false),
        ("\u{301}-\u{302}", false),
        ("who owns", false),
        ("who owns the", true),
        ("who owns ???", false),
        ("𠮷 🚒 ﬁ", false),
        ("till AND OR NOT + - title:x^2 ~ *", true),
    ] {
        // Linux takes arguments of 128 KB at most.
        assert!(question.len() < 128 * 1024);
        let ran = folder.onus("search --format json --cache cache --today").arg(TODAY).arg("--").arg(question);
        let ran = ran.exits(i32::from(!found));
        assert!(serde_json::from_str::<Value>(&ran.stdout).is_ok(), "{}", ran.stdout);
    }
}

#[test]
fn many_pages_of_one_title_are_no_name() {
    let people: String = (0..2_000).map(|at| format!("- {{ id: \"p{at}\", title: Same Name }}\n")).collect();
    let folder = Folder::new().file("content/people/all.yaml", people);
    let same = answer(&folder, "same name");
    assert_eq!((&same["total"], &same["card"]), (&2_000.into(), &false.into()));
    assert_eq!(routes(&folder, "p1999"), ["people/p1999.html"]);
    folder.build();
    assert!(folder.path("public/search/index.js").is_file());
}

#[test]
fn pages_without_measure_are_searched() {
    let prose = "The needle is in hay; needles are not. ".repeat(130_000);
    assert!(prose.len() > 5_000_000);
    let folder = Folder::new()
        .file("content/long.md", format!("# Long\n\n{prose}\n\nfinally xylophone\n"))
        .file("content/word.md", format!("# Word\n\n{}\n\nafter {}\n", "w".repeat(1 << 20), "aB1_".repeat(1 << 18)))
        .file(
            "content/unspaced.md",
            format!("# Unspaced\n\n{}。targetting。{}\n", "字".repeat(20_000), "字".repeat(20_000)),
        )
        .file("content/control.md", "# Bell \u{7}\u{1b}[31mred\u{1b}[0m\n\ncontrolled \u{0}\u{8}\u{7f}\u{9b}text\n")
        .file("content/rtl.md", "# \u{202e}סדר הפוך\u{202c}\n\nשלום \u{2067}עולם\u{2069}\n")
        .file("content/marks.md", format!("# Marks\n\nz{}algo\n", "\u{301}".repeat(100_000)));
    for (question, route) in [
        ("needles", "long.html"),
        ("xylophone", "long.html"),
        ("after", "word.html"),
        ("targetting", "unspaced.html"),
        ("controlled text", "control.html"),
        ("הפוך", "rtl.html"),
        ("שלום עולם", "rtl.html"),
        ("zalgo", "marks.html"),
        ("\"needle is in hay\"", "long.html"),
    ] {
        assert_eq!(routes(&folder, question), [route], "{question}");
        let ran = search(&folder, question).success();
        assert!(ran.stdout.len() < 4_096, "{} bytes for `{question}`", ran.stdout.len());
        let wild =
            |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!ran.stdout.contains(wild), "{:?}", ran.stdout);
    }
    folder.build();
    let largest = folder.tree("public/search").into_values().map(|bytes| bytes.len()).max();
    assert!(largest.is_some_and(|bytes| bytes < 256 * 1024), "{largest:?}");
}
