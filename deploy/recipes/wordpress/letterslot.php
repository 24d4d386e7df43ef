<?php
/*
Plugin Name: Letterslot
Description: The thread and the form of Letterslot in the place of WordPress's own comments.
Version: 1
License: MIT

Put this file and the folder letterslot/ beside it into wp-content/mu-plugins/. In wp-config.php:

    define('LETTERSLOT_URL', 'https://courier.example');          // where readers find the door
    define('LETTERSLOT_ASK', 'http://127.0.0.1:8000');            // where this server finds it
    define('LETTERSLOT_STORIES', '/srv/letterslot/stories');      // story files go here

A post is the story wp-ID for ever, whatever becomes of its address. Each time it is published or
changed, its story file is written; `letterslot story add /srv/letterslot/stories/*.md`, by a timer,
makes it known. Pages get the printed pieces from the door, at most once a minute: no script, and
readers' browsers ask nobody but your site.
*/

defined('ABSPATH') || exit;

function letterslot_piece(string $slug, string $piece): string {
    $kept = get_transient("letterslot_{$slug}_{$piece}");
    if ($kept !== false) {
        return $kept;
    }
    $answer = wp_remote_get(LETTERSLOT_ASK . "/stories/$slug/$piece.html", [
        'timeout' => 2,
        'redirection' => 0,
        'user-agent' => 'site',
        'headers' => ['Host' => wp_parse_url(LETTERSLOT_URL, PHP_URL_HOST)],
    ]);
    $found = wp_remote_retrieve_response_code($answer) === 200 ? wp_remote_retrieve_body($answer) : '';
    set_transient("letterslot_{$slug}_{$piece}", $found, MINUTE_IN_SECONDS);
    return $found;
}

function letterslot_thread(): string {
    $slug = 'wp-' . get_the_ID();
    return letterslot_piece($slug, 'thread') . letterslot_piece($slug, 'form');
}

// Classic themes ask for a file that shows the comments.
add_filter('comments_template', fn() => __DIR__ . '/letterslot/thread.php');

// Block themes have a block for them.
add_filter('render_block_core/comments', 'letterslot_thread');
add_filter('render_block_core/post-comments', 'letterslot_thread');

// Nothing is sent to WordPress itself any more: neither by its form nor by its interface.
add_filter('preprocess_comment', function () {
    wp_die('Comments on this site are sent by the form under each story.', '', ['response' => 403]);
});
add_filter('rest_allow_anonymous_comments', '__return_false');
add_filter('rest_pre_insert_comment', function () {
    return new WP_Error('letterslot', 'Comments are sent by the form under each story.', ['status' => 403]);
});

add_action('save_post_post', function (int $id, WP_Post $post) {
    if ($post->post_status !== 'publish') {
        return;
    }
    $words = fn($text) => json_encode(
        html_entity_decode(wp_strip_all_tags($text), ENT_QUOTES | ENT_HTML5, 'UTF-8'),
        JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES
    );
    $story = "---\nslug: wp-$id\nlanguage: " . strtok(get_locale(), '_') .
        "\nheadline: " . $words($post->post_title) . "\ndate: " . get_the_date('Y-m-d', $post) .
        "\ncanonical: " . $words(get_permalink($post)) . "\n---\n";
    $file = LETTERSLOT_STORIES . "/wp-$id.md";
    file_put_contents("$file.new", $story) && rename("$file.new", $file);
}, 10, 2);
