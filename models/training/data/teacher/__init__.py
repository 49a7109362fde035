"""The teacher that labels photos: RTMDet-nano finds people, PP-TinyPose their 17 keypoints, one person at a time."""
