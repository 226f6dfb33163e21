//! A team's page: how to reach it, who is in it, what it owns, whom it calls, what it may decide.

use serde::Serialize;

use crate::diagnostic::report::{Counts, Finding};
use crate::model::kind::Kind;
use crate::model::person::Presence;
use crate::model::reference::EntityId;
use crate::site::desk::day;
use crate::site::due::{self, Tally};
use crate::site::frame;
use crate::site::ladder::away_text;
use crate::site::print::{self, OnPaper};
use crate::site::seat::Seat;
use crate::site::view::*;
use crate::site::{Content, Made, feeds};

/// Reviews and gaps that the page lists.
const DUE: usize = 10;
const GAPS: usize = 40;
/// Alerts and runbooks on the card that the page prints as.
const PAPER: usize = 24;

/// Kinds in the order in which a team's page lists what it owns.
const OWNED: [Kind; 9] = [
    Kind::Service,
    Kind::Responsibility,
    Kind::Runbook,
    Kind::Alert,
    Kind::Escalation,
    Kind::Decision,
    Kind::Improvement,
    Kind::Clarification,
    Kind::Page,
];

#[derive(Serialize)]
struct TeamView {
    r#type: Option<&'static str>,
    mission: Option<String>,
    hours: Option<String>,
    parent: Option<Ref>,
    lead: Option<Ref>,
    members_known: bool,
    members: Vec<MemberView>,
    former: Vec<Ref>,
    owns: Vec<Group>,
    involved: Vec<Group>,
    goals: Vec<GoalView>,
    teams: Vec<Row>,
    due: Vec<Row>,
    calendar: String,
    paper: Vec<OnPaper>,
    gaps: Vec<FindingView>,
    gaps_count: usize,
    gaps_more: usize,
    health: TeamHealth,
}

/// What is found about all that the team owns, in numbers.
#[derive(Serialize)]
struct TeamHealth {
    /// The handbook's health, where the team's stands beside that of the others.
    href: String,
    errors: usize,
    warnings: usize,
    infos: usize,
    oldest: Option<String>,
    overdue: Option<Tally>,
}

#[derive(Serialize)]
struct MemberView {
    r#ref: Ref,
    roles: Vec<Ref>,
    contacts: Vec<Contact>,
    away: Option<String>,
    cover: Option<Ref>,
}

#[derive(Serialize)]
struct GoalView {
    id: String,
    anchor: String,
    text: String,
    metric: Option<String>,
    supported_by: Vec<Ref>,
}

pub(super) fn content(seat: &Seat, id: EntityId, view: &mut EntityView) -> Made {
    let desk = seat.desk;
    let handbook = desk.handbook;
    let entity = seat.entity(id);
    let team = entity.team().expect("a team's entity has a team's fields");
    let below = desk.teams_below.get(&id).map(Vec::as_slice).unwrap_or_default();
    let parties: Vec<EntityId> = [id].into_iter().chain(below.iter().copied()).collect();
    let (members, former) = members(seat, id);
    let gaps = gaps(seat, &parties);
    view.may = may(seat, id);
    let team_view = TeamView {
        r#type: team.r#type.map(|kind| kind.name()),
        mission: team.mission.clone(),
        hours: team.hours.clone(),
        parent: team.parent.as_ref().map(|parent| seat.written(parent)),
        lead: team.lead.as_ref().map(|lead| seat.written(lead)),
        members_known: team.members.is_some(),
        members,
        former,
        owns: owns(seat, id, &parties),
        involved: involved(seat, id),
        goals: goals(seat, id),
        teams: handbook.referrers(id, "parent").map(|(team, _)| seat.row(team)).collect(),
        due: due(seat, &parties),
        calendar: seat.href(&feeds::calendar(entity)),
        paper: paper(seat, id),
        gaps_count: gaps.len(),
        gaps_more: gaps.len().saturating_sub(GAPS),
        health: health(seat, &parties, &gaps),
        gaps: gaps.iter().take(GAPS).map(|finding| seat.finding(finding)).collect(),
    };
    let mut toc = vec![frame::section("members", "Members"), frame::section("owns", "What it owns")];
    let sections = [
        (!team_view.involved.is_empty(), "involved", "Also involved in"),
        (view.ladder.is_some(), "escalation", "Escalation"),
        (!view.may.is_empty(), "may", "What its members may decide"),
        (!team_view.goals.is_empty(), "goals", "Goals"),
        (!team_view.teams.is_empty(), "teams", "Teams in it"),
        (!team_view.due.is_empty(), "due", "Reviews due"),
    ];
    toc.extend(sections.iter().filter(|(shown, ..)| *shown).map(|(_, id, title)| frame::section(id, title)));
    toc.extend(frame::toc(entity));
    if !team_view.gaps.is_empty() {
        toc.push(frame::section("owned-gaps", "Gaps in what it owns"));
    }
    ("team", "Team", Content::of_entity(team_view), toc, None)
}

fn members(seat: &Seat, id: EntityId) -> (Vec<MemberView>, Vec<Ref>) {
    let handbook = seat.desk.handbook;
    let team = seat.entity(id).team();
    let (mut members, mut former): (Vec<MemberView>, Vec<Ref>) = (Vec::new(), Vec::new());
    for member in team.and_then(|team| team.members.as_ref()).into_iter().flatten() {
        let person = member.person.target.and_then(|id| seat.entity(id).person());
        let presence = person.map_or(Presence::Active, |person| person.presence(handbook.today));
        let reference = Ref { state: State::Fine, note: None, ..seat.written(&member.person) };
        let reference = if member.person.target.is_none() { seat.written(&member.person) } else { reference };
        if !member.is_in(handbook.today) || presence == Presence::Left {
            former.push(reference);
            continue;
        }
        let roles = seat.all_written(&member.roles);
        // Someone with two roles may be listed twice.
        if let Some(known) =
            members.iter_mut().find(|known| known.r#ref.href.is_some() && known.r#ref.href == reference.href)
        {
            known.roles.extend(roles);
            continue;
        }
        let away = presence == Presence::Away;
        members.push(MemberView {
            r#ref: reference,
            roles,
            contacts: member
                .person
                .target
                .map(|id| seat.contacts(seat.entity(id)))
                .unwrap_or_default()
                .into_iter()
                .take(3)
                .collect(),
            away: person.filter(|_| away).map(away_text),
            cover: person.filter(|_| away).and_then(|person| person.cover()).map(|cover| seat.written(cover)),
        });
    }
    former.dedup_by(|a, b| a.href == b.href && a.title == b.title);
    (members, former)
}

fn owns(seat: &Seat, id: EntityId, parties: &[EntityId]) -> Vec<Group> {
    let mut groups = Vec::new();
    for kind in OWNED {
        let of = |party: &EntityId| {
            let owned = seat.desk.owned.get(party).map(Vec::as_slice).unwrap_or_default();
            owned.iter().copied().filter(|id| seat.entity(*id).kind == kind).collect::<Vec<_>>()
        };
        let all: Vec<(EntityId, EntityId)> =
            parties.iter().flat_map(|party| of(party).into_iter().map(move |owned| (*party, owned))).collect();
        if let Some(mut group) = seat.group(kind.plural(), all.iter().map(|(_, owned)| *owned)) {
            for (row, (party, _)) in group.rows.iter_mut().zip(&all) {
                row.owner = None;
                row.via = (*party != id).then(|| format!("with {}", seat.entity(*party).title));
            }
            groups.push(group);
        }
    }
    groups
}

fn involved(seat: &Seat, id: EntityId) -> Vec<Group> {
    let mut groups = Vec::new();
    for (field, title) in [("responsible", "Responsible"), ("consulted", "Consulted"), ("informed", "Informed")] {
        let referrers = seat.desk.handbook.referrers(id, field);
        let others = referrers.filter(|(_, entity)| entity.ownership.owner != Some(id)).map(|(other, _)| other);
        groups.extend(seat.group(title, others));
    }
    groups
}

fn goals(seat: &Seat, id: EntityId) -> Vec<GoalView> {
    let Some(team) = seat.entity(id).team().filter(|team| !team.goals.is_empty()) else { return Vec::new() };
    let supporters = |at: usize| {
        let all = seat.desk.goal_supporters.get(&(id, at)).map(Vec::as_slice).unwrap_or_default();
        all.iter().map(|id| seat.reference(*id)).collect()
    };
    let goals = team.goals.iter().enumerate();
    goals
        .map(|(at, goal)| GoalView {
            id: goal.id.clone(),
            anchor: format!("_goal-{}", goal.id),
            text: goal.text.clone(),
            metric: goal.metric.clone(),
            supported_by: supporters(at),
        })
        .collect()
}

/// The alerts and runbooks of a team as they are typed from paper.
fn paper(seat: &Seat, id: EntityId) -> Vec<OnPaper> {
    let owned = seat.desk.owned.get(&id).map(Vec::as_slice).unwrap_or_default();
    let of = |kind| owned.iter().copied().filter(move |id| seat.entity(*id).kind == kind);
    print::on_paper(seat, of(Kind::Alert), of(Kind::Runbook).collect(), PAPER)
}

fn due(seat: &Seat, parties: &[EntityId]) -> Vec<Row> {
    let owned = parties.iter().filter_map(|party| seat.desk.owned.get(party)).flatten().chain(parties);
    let mut due: Vec<_> = owned.filter_map(|id| seat.entity(*id).review.due.map(|due| (due, *id))).collect();
    due.sort();
    due.truncate(DUE);
    due.into_iter().map(|(on, id)| Row { due: Some(day(on)), ..seat.row(id) }).collect()
}

fn gaps<'h>(seat: &Seat<'_, 'h>, parties: &[EntityId]) -> Vec<&'h Finding> {
    let owned = parties.iter().filter_map(|party| seat.desk.owned.get(party)).flatten();
    let mut findings: Vec<&Finding> =
        owned.flat_map(|id| seat.desk.findings_of(*id)).filter(|finding| !finding.waived).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    findings
}

fn health(seat: &Seat, parties: &[EntityId], gaps: &[&Finding]) -> TeamHealth {
    let mut counts = Counts::default();
    gaps.iter().for_each(|finding| counts.add(finding));
    let owned = parties.iter().filter_map(|party| seat.desk.owned.get(party)).flatten();
    TeamHealth {
        href: format!("{}#_by-team", seat.href("health/index.html")),
        errors: counts.error,
        warnings: counts.warn,
        infos: counts.info,
        oldest: gaps.iter().filter_map(|finding| finding.since).min().map(day),
        overdue: due::tally(seat.desk, owned.chain(parties)),
    }
}

fn may(seat: &Seat, id: EntityId) -> Vec<May> {
    let mut parties = seat.desk.handbook.holders(id).current;
    parties.push(id);
    let team = seat.entity(id).team();
    let members = team.and_then(|team| team.members.as_ref()).into_iter().flatten();
    parties.extend(members.flat_map(|member| member.roles.iter().filter_map(|role| role.target)));
    let mut decisions: Vec<EntityId> =
        parties.iter().filter_map(|party| seat.desk.decisions_of.get(party)).flatten().copied().collect();
    decisions.sort();
    decisions.dedup();
    decisions.into_iter().filter_map(|id| seat.may(id)).collect()
}
